/** What a function has logged so far, line by line; what it wrote beside its log is left out. */
import type { SpawnedFunction } from './function-process.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
export type LogLine = Readonly<Record<string, any>>;

export function logLines(process: Pick<SpawnedFunction, 'output'>): LogLine[] {
  const lines = process.output().split('\n').slice(0, -1);
  return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
}

/** Those of a trace. */
export function linesOfTrace(process: Pick<SpawnedFunction, 'output'>, traceId: string): LogLine[] {
  return logLines(process).filter(line => line['logging.googleapis.com/trace'] === traceId);
}
