/** npm run test:platform [-- what vitest takes]: the tests that need root, another user, or more programs. */
import { runVitest } from './run-vitest.ts';

process.exitCode = await runVitest(process.argv.slice(2), { TESTS: 'platform' });
