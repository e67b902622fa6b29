/** A job: runs once and ends. */
import { type Environment, parseEnvironment, type Variables } from '../environment.ts';
import { exitOn, exitOnUncaught } from '../exit.ts';
import type { JobContract } from '../http/contract.ts';
import { logVariables, openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import type { Telemetry } from '../observability/telemetry.ts';

export interface Job<V extends Variables> {
  readonly variables: V;
  /** @param argv what stands on the command line after the program */
  run(environment: Environment<V>, telemetry: Telemetry, argv: readonly string[]): Promise<void>;
}

/** Exits 0 when the job is done, otherwise as `exitOn` says, with what is wrong and what helps. */
export async function runJob<V extends Variables>({ name }: JobContract, { variables, run }: Job<V>): Promise<void> {
  try {
    const environment = parseEnvironment(variables, process.env);
    const told = parseEnvironment(logVariables, process.env);
    const log = openLog(name, told.LOG_LEVEL, told);
    exitOnUncaught(log);
    await run(environment, { log, metrics: openMetrics(name) }, process.argv.slice(2));
  } catch (error) {
    exitOn(error, name);
  }
}
