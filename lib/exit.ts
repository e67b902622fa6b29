import { BadEnvironment } from './environment.ts';

/** sysexits.h: something was found in an unconfigured or misconfigured state. */
const badConfiguration = 78;

/** Ends the process with one line on stderr: 78 for a bad environment, 1 for anything else. */
export function exitOn(error: unknown, name: string): never {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof BadEnvironment ? badConfiguration : 1);
}
