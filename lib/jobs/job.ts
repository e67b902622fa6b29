/** A job: runs once and ends. */
import { type Environment, parseEnvironment, type Variables } from '../environment.ts';
import { exitOn } from '../exit.ts';
import type { JobContract } from '../http/contract.ts';
import { type Logger, logVariables, openLog } from '../observability/log.ts';

export interface Job<V extends Variables> {
  readonly variables: V;
  run(environment: Environment<V>, log: Logger): Promise<void>;
}

/** Exits 0 when the job is done, 78 for a bad environment, 1 for anything else, with one line that says what. */
export async function runJob<V extends Variables>({ name }: JobContract, { variables, run }: Job<V>): Promise<void> {
  try {
    const environment = parseEnvironment(variables, process.env);
    await run(environment, openLog(name, parseEnvironment(logVariables, process.env).LOG_LEVEL));
  } catch (error) {
    exitOn(error, name);
  }
}
