import { BadEnvironment } from './environment.ts';
import type { Logger } from './observability/log.ts';
import { toldMessage } from './observability/logged-error.ts';
import { Busy } from './stores/busy.ts';
import { Unavailable } from './stores/unavailable.ts';

/** From sysexits.h. */
const exitCodes = {
  /** The data that it was given cannot be used. */
  badData: 65,
  /** What stood in the way may pass: to be run again. */
  tryAgain: 75,
  /** Something was found in an unconfigured or misconfigured state. */
  badConfiguration: 78,
} as const;

/** Ends the process with one line on stderr for what is wrong, and one for what helps, where that is known. */
export function exitOn(error: unknown, name: string): never {
  const remedy = remedyOf(error);
  const lines = [messageOf(error), ...(remedy === undefined ? [] : [remedy])];
  for (const line of lines) process.stderr.write(`${name}: ${line}\n`);
  process.exit(exitCodeOf(error, remedy));
}

/** What nobody caught ends the process with a line of the log. Node would write all that the error carries. */
export function exitOnUncaught(log: Logger): void {
  process.on('uncaughtException', error => {
    try {
      log.fatal({ error }, 'not caught');
      if (!log.isLevelEnabled('fatal')) process.stderr.write(`not caught: ${messageOf(error)}\n`);
    } finally {
      process.exit(1);
    }
  });
}

/** With what it came from. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = toldMessage(error);
  return error.cause instanceof Error ? `${message}: ${messageOf(error.cause)}` : message;
}

function exitCodeOf(error: unknown, remedy: string | undefined): number {
  if (error instanceof BadEnvironment) return exitCodes.badConfiguration;
  if (error instanceof Unavailable || error instanceof Busy) return exitCodes.tryAgain;
  return remedy === undefined ? 1 : exitCodes.badData;
}

function remedyOf(error: unknown): string | undefined {
  return error instanceof Error && 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : undefined;
}
