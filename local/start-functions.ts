/** Every function of the catalogue that serves, each kept running, and the door through which the relay is nudged. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Contract } from '../lib/http/contract.ts';
import { type Edge, startEdge } from './edge.ts';
import { Failure, lastLines } from './failure.ts';
import type { Places } from './function-environment.ts';
import { functionEnvironment, unlimited } from './function-environment.ts';
import type { RunningProcess } from './process-list.ts';
import { type Supervisor, supervise } from './supervisor.ts';

const RELAY = 'relay-activities';

export interface RunningFunctions {
  /** Where that function takes requests now. */
  portOf(name: string): number | undefined;
  processes(): readonly RunningProcess[];
  /** Drains them all: they go on answering for 5 s. */
  end(): Promise<void>;
  kill(): void;
}

export interface FunctionsOptions {
  readonly catalogue: readonly Contract[];
  /** The script that serves a function. */
  scriptOf(name: string): string;
  readonly logs: string;
  readonly databases: Places<string>['databases'];
  readonly stores: Places<string>['stores'];
  /** The variables that say who may. */
  readonly auth: Readonly<Record<string, string>>;
  /** Told whenever one has started or ended. */
  changed(running: readonly RunningProcess[]): void;
  tell(line: string): void;
  broken(failure: Failure): void;
}

/** @throws {Failure} when one of them does not start; all are ended then */
export async function startFunctions(options: FunctionsOptions): Promise<RunningFunctions> {
  const supervisors = new Map<string, Supervisor>();
  const portOf = (name: string) => supervisors.get(name)?.serving?.port;
  // A door that stays where it is: the relay's own port changes whenever it is replaced.
  const door = await startEdge({ port: 0, choose: () => RELAY, portOf });
  const processes = () => [...supervisors.values()].flatMap(processesOf);
  const logOf = (name: string) => `${options.logs}/${name}.log`;
  const notStarted = (name: string, cause: string) =>
    new Failure(
      `starting ${name}`,
      `${cause}\n${lastLines(readFileSync(logOf(name), 'utf8'), 5)}`,
      `see ${logOf(name)}`,
    );

  for (const contract of options.catalogue) {
    if (contract.kind === 'job') continue;
    const { name } = contract;
    writeFileSync(logOf(name), '');
    const environment = functionEnvironment(contract, {
      databases: options.databases,
      stores: options.stores,
      relayUrl: `http://127.0.0.1:${door.port}/`,
      admission: { ...options.auth, ...unlimited },
    });
    const program = { name, script: options.scriptOf(name), environment, log: logOf(name) };
    const supervisor = supervise(program, {
      changed: () => options.changed(processes()),
      tell: options.tell,
      misconfigured: () => options.broken(notStarted(name, 'its configuration is wrong (exit 78)')),
    });
    supervisors.set(name, supervisor);
  }
  const all = [...supervisors.values()];
  const kill = () => {
    for (const supervisor of all) supervisor.kill();
    door.cut();
  };
  const begun = await Promise.allSettled(all.map(({ ready }) => ready));
  for (const [index, outcome] of begun.entries()) {
    if (outcome.status === 'fulfilled') continue;
    kill();
    await Promise.all([...all.map(supervisor => supervisor.end()), door.close()]);
    const name = all[index]?.name ?? '';
    throw notStarted(name, outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason));
  }
  return {
    portOf,
    processes,
    end: async () => {
      await Promise.all(all.map(supervisor => supervisor.end()));
      await closeDoor(door);
    },
    kill,
  };
}

async function closeDoor(door: Edge): Promise<void> {
  const closed = door.close();
  door.cut(); // nobody is left behind it
  await closed;
}

function processesOf({ name, processes }: Supervisor): RunningProcess[] {
  return processes.map(({ pid, port, metricsPort }) => ({
    name,
    kind: 'function',
    pid,
    url: `http://127.0.0.1:${port}`,
    metrics_url: `http://127.0.0.1:${metricsPort}/metrics`,
  }));
}
