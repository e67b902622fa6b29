import type { Api } from './api.ts';
import { type Environment, type FunctionProcess, startFunction } from './function-process.ts';

/** A function of a test's API as a process of its own, as containers run it. */
export function processOf(api: Api, name: string, changes: Environment = {}): Promise<FunctionProcess> {
  const { PORT, METRICS_PORT, ...rest } = api.environment;
  return startFunction(name, { ...rest, LOG_LEVEL: 'info', ...changes });
}
