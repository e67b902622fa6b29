/**
 * The log: one JSON line per event on stdout, with the fields that Cloud Logging takes out of a line
 * (https://cloud.google.com/logging/docs/structured-logging). Written at once, not gathered: a process that is killed has
 * not lost the lines that say why.
 */
import { TraceFlags } from '@opentelemetry/api';
import { type Logger, type LoggerOptions, pino } from 'pino';
import * as z from 'zod/mini';
import { loggedError, stackTrace } from './logged-error.ts';
import { currentTrace } from './trace.ts';

export type { Logger };

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof levels)[number];

export const logVariables = {
  LOG_LEVEL: z._default(z.enum(levels, `must be one of ${levels.join(', ')}`), 'info'),
  /** The project that traces are in. */
  GOOGLE_CLOUD_PROJECT: z.optional(z.string()),
  /** Knative sets it. */
  K_REVISION: z._default(z.string(), ''),
};

/** Where the function runs, as far as it is known. */
export interface Whereabouts {
  readonly GOOGLE_CLOUD_PROJECT?: string | undefined;
  /** Empty when there is none. */
  readonly K_REVISION?: string;
}

/** pino's levels in the words of Cloud Logging's LogSeverity. */
const severities: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

const stdout = 1;

/** Bytes kept of what could not be written, until it can be; what comes beyond is lost. */
const mostUnwritten = 1_000_000;

/** pino's number for `error`. */
const errorRank = 50;

export function openLog(
  functionName: string,
  level: LogLevel,
  { GOOGLE_CLOUD_PROJECT: project, K_REVISION: revision = '' }: Whereabouts = {},
): Logger {
  const labels = { function: functionName, ...(revision !== '' && { revision }) };
  const serviceContext = { service: functionName, ...(revision !== '' && { version: revision }) };

  const traceFields = () => {
    const now = currentTrace();
    return (
      now && {
        'logging.googleapis.com/trace':
          project === undefined ? now.traceId : `projects/${project}/traces/${now.traceId}`,
        'logging.googleapis.com/spanId': now.spanId,
        'logging.googleapis.com/trace_sampled': (now.traceFlags & TraceFlags.SAMPLED) !== 0,
      }
    );
  };
  /** By them Error Reporting finds a defect, and groups it. A store that is away is none. */
  const defectFields = ({ error }: { error?: unknown }) =>
    error instanceof Error && { stack_trace: stackTrace(error), serviceContext };

  const options: LoggerOptions = {
    level,
    base: { 'logging.googleapis.com/labels': labels },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: label => ({ severity: severities[label] ?? 'DEFAULT' }) },
    serializers: { error: loggedError },
    mixin: (fields, rank) => ({
      ...traceFields(),
      ...(rank >= errorRank && defectFields(fields)),
    }),
    mixinMergeStrategy: (fields, added) => ({ ...fields, ...added }), // what a person reads comes first
  };
  const destination = pino.destination({ dest: stdout, sync: true, maxLength: mostUnwritten });
  destination.on('error', () => {}); // a full disk costs lines of the log, and nothing else
  return pino(options, destination);
}
