/** npm run smoke -- --url URL: asks the contract there, as a deploy does; with SMOKE_TOKEN, or where AUTH_MODE is disabled, all of it. */
import { parseArgs } from 'node:util';
import { describeFailure, Failure } from '../local/failure.ts';
import { clientOf } from './client.ts';
import { passSmoke, smokeOf } from './smoke.ts';

const { values } = parseArgs({ options: { url: { type: 'string' }, open: { type: 'boolean', default: false } } });

try {
  if (values.url === undefined) throw new Failure('reading --url', 'it is not given', 'where the API is reached');
  const client = clientOf(values.url, process.env.SMOKE_TOKEN);
  const checks = await passSmoke(smokeOf(client, values.open ? 'open' : 'whole'));
  client.close();
  process.stdout.write(`${checks} checks, all answered as promised\n`);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}
