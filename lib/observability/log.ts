/** The log: one JSON line per event on stdout, with Cloud Logging's field names. */
import { type Logger, pino } from 'pino';
import * as z from 'zod/mini';

export type { Logger };

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof levels)[number];

export const logVariables = { LOG_LEVEL: z._default(z.enum(levels, `must be one of ${levels.join(', ')}`), 'info') };

/** pino's levels in the words of Cloud Logging's LogSeverity. */
const severities: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

export function openLog(functionName: string, level: LogLevel): Logger {
  return pino({
    level,
    base: { function: functionName },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: label => ({ severity: severities[label] ?? 'DEFAULT' }) },
  });
}
