/** A relay that comes, moves what waits, and goes: unlike an API's own, it does nothing on its clock afterwards. */
import { startServer } from '../../lib/http/server.ts';
import { hosted } from './api.ts';
import { nudge } from './events.ts';

export async function relayOnce(environment: Readonly<Record<string, string>>): Promise<void> {
  const server = await startServer(await hosted('relay-activities'), environment);
  await nudge(server.url);
  await server.close();
}
