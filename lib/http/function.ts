/** A function: what a host needs to run it, be it our server or the functions framework. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { type Environment, parseEnvironment, port, type Variables } from '../environment.ts';
import { exitOn } from '../exit.ts';
import { logVariables, openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import type { Contract } from './contract.ts';

const hostVariables = {
  /** The address to listen on; all when absent, as a container needs it. */
  HOST: z.optional(z.string()),
  PORT: z._default(port, 8080),
  METRICS_PORT: z._default(port, 9464),
  /** Set by Knative. */
  K_REVISION: z._default(z.string(), ''),
  ...logVariables,
};

export type HostEnvironment = Environment<typeof hostVariables>;

/** A part of a function that is opened once per process, with the variables it reads. Opening never waits for a store. */
export interface Opener<V extends Variables, R extends Resource> {
  readonly variables: V;
  open(environment: Environment<V>, telemetry: Telemetry): R;
}

export interface Resource {
  close(): Promise<void>;
}

/** A function that is open in this process. */
export interface OpenFunction extends Resource {
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Answers 503 to what is still waiting. */
  expire(): void;
}

export interface HostedFunction {
  readonly contract: Contract;
  /** @throws {BadEnvironment} */
  start(variables: NodeJS.ProcessEnv): { open: OpenFunction; host: HostEnvironment; telemetry: Telemetry };
  /** For the functions framework, which hands over requests and nothing else: the first one opens the function. */
  (req: IncomingMessage, res: ServerResponse): void;
}

/** Reads a part of the environment, before anything is opened. */
export type ReadEnvironment = <V extends Variables>(variables: V) => Environment<V>;

/** Makes a function of its contract and of what opens it. */
export function hostedFunction(
  contract: Contract,
  openFunction: (read: ReadEnvironment) => (telemetry: Telemetry) => OpenFunction,
): HostedFunction {
  const start = (variables: NodeJS.ProcessEnv) => {
    const host = parseEnvironment(hostVariables, variables);
    const open = openFunction(part => parseEnvironment(part, variables));
    const telemetry = { log: openLog(contract.name, host.LOG_LEVEL), metrics: openMetrics(contract.name) };
    return { open: open(telemetry), host, telemetry };
  };
  let underFramework: OpenFunction | undefined;
  const listener = (req: IncomingMessage, res: ServerResponse) => {
    try {
      underFramework ??= start(process.env).open;
    } catch (error) {
      exitOn(error, contract.name);
    }
    underFramework.handle(req, res);
  };
  return Object.assign(listener, { contract, start });
}
