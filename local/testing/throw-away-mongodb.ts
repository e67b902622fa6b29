/** A MongoDB server of a test's own. */
import { startMongodb } from '../stores/mongodb.ts';
import { type ThrowAwayServer, throwAwayServer } from './throw-away-server.ts';

export function throwAwayMongodb(): Promise<ThrowAwayServer> {
  return throwAwayServer('mongodb', startMongodb);
}
