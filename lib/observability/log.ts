/** The log: one JSON line per event on stdout, with Cloud Logging's field names. */
import { type Logger, pino } from 'pino';

export type { Logger };
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

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
