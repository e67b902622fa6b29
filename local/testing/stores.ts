/** Vitest's global setup: one throw-away PostgreSQL, Redis and MongoDB for the whole run. */
import type { TestProject } from 'vitest/node';
import { printedProgress } from '../progress.ts';
import { startThrowAwayStores, type ThrowAwayStores } from './throw-away-stores.ts';

declare module 'vitest' {
  interface ProvidedContext extends Omit<ThrowAwayStores, 'stop'> {}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stores = await startThrowAwayStores(printedProgress(line => process.stdout.write(line)));
  project.provide('postgresqlUrl', stores.postgresqlUrl);
  project.provide('templateDatabase', stores.templateDatabase);
  project.provide('redisUrl', stores.redisUrl);
  project.provide('mongodbUrl', stores.mongodbUrl);
  return stores.stop;
}
