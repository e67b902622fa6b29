/** Keeps one function served, as Knative would: starts it again when it ends, replaces it while it drains. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FunctionProcess, type FunctionProgram, startFunctionProcess } from './function-process.ts';

export interface Supervisor {
  readonly name: string;
  /** The process that takes requests; `undefined` while there is none. */
  readonly serving: FunctionProcess | undefined;
  /** All that run, also those that start and those that drain. */
  readonly processes: readonly FunctionProcess[];
  /** Resolves when the first process is ready. */
  readonly ready: Promise<void>;
  /** Ends all, and starts none any more. */
  end(): Promise<void>;
  kill(): void;
}

export interface SupervisorEvents {
  /** Which processes run, or which one serves, is another now. */
  changed(): void;
  /** For people: what happened, in one line. */
  tell(line: string): void;
  /** It ended because of its configuration (exit 78): starting it again would not help. */
  misconfigured(name: string): void;
}

/** Milliseconds. */
export interface Pace {
  readonly probe: number;
  readonly startsWithin: number;
  /** A process that lived shorter than this has crashed at its start. */
  readonly settled: number;
  readonly backOff: { readonly first: number; readonly longest: number };
}

const PACE: Pace = {
  probe: 1_000,
  startsWithin: 20_000,
  settled: 10_000,
  backOff: { first: 250, longest: 10_000 },
};

const BAD_CONFIGURATION = 78; // EX_CONFIG, sysexits(3)
const SILENT_PROBES_ALLOWED = 3;

/** @throws (as `ready`) when the first process ends, or is not ready in time */
export function supervise(program: FunctionProgram, events: SupervisorEvents, pace: Pace = PACE): Supervisor {
  const running = new Set<FunctionProcess>();
  let serving: FunctionProcess | undefined;
  let ending = false;
  let crashes = 0;

  /** Starts a process, and makes it the one that serves once it is ready. */
  async function launch(): Promise<void> {
    const launched = await startFunctionProcess(program);
    if (ending) launched.kill();
    running.add(launched);
    events.changed();
    const begun = Date.now();
    let gone = false;
    void launched.exited.then(code => {
      gone = true;
      running.delete(launched);
      if (serving === launched) serving = undefined;
      events.changed();
      void ended(code, Date.now() - begun);
    });
    while (!gone && !ending && Date.now() - begun < pace.startsWithin) {
      if ((await launched.readiness()) === 'ready') {
        serving = launched;
        events.changed();
        void watch(launched);
        return;
      }
      await sleep(20);
    }
    launched.kill();
    throw new Error(gone ? 'it ended before it was ready' : `it was not ready within ${pace.startsWithin / 1000} s`);
  }

  /** Asks each second; a draining process gets its replacement while it still listens, a silent one is killed. */
  async function watch(watched: FunctionProcess): Promise<void> {
    let silent = 0;
    while (!ending) {
      await sleep(pace.probe);
      if (ending || !running.has(watched)) return;
      const readiness = await watched.readiness();
      if (readiness === 'draining') return replace(watched);
      silent = readiness === 'silent' ? silent + 1 : 0;
      if (silent === SILENT_PROBES_ALLOWED) {
        events.tell(`${program.name} (pid ${watched.pid}) does not answer its probe: killed`);
        watched.kill();
        return;
      }
    }
  }

  function replace(draining: FunctionProcess): void {
    if (ending || serving !== draining) return;
    events.tell(`${program.name} (pid ${draining.pid}) is draining: a replacement is started`);
    void launch().catch(() => {}); // its exit has been dealt with
  }

  async function ended(code: number, lived: number): Promise<void> {
    if (ending) return;
    if (code === BAD_CONFIGURATION) return events.misconfigured(program.name);
    if (running.size > 0 || !begunOnce) return; // its replacement runs, or `ready` tells
    const pause = backOff(lived);
    events.tell(`${program.name} ended (${describeExit(code)}); started again${pause > 0 ? ` in ${pause} ms` : ''}`);
    await sleep(pause);
    if (!ending && running.size === 0) void launch().catch(() => {});
  }

  function backOff(lived: number): number {
    crashes = lived < pace.settled ? crashes + 1 : 0;
    return crashes <= 1 ? 0 : Math.min(pace.backOff.first * 2 ** (crashes - 2), pace.backOff.longest);
  }

  let begunOnce = false;
  // A second time: another program may have taken the port that was free a moment ago.
  const ready = launch()
    .catch(error => (ending ? Promise.reject(error) : launch()))
    .then(() => {
      begunOnce = true;
    });

  return {
    name: program.name,
    get serving() {
      return serving;
    },
    get processes() {
      return [...running];
    },
    ready,
    end: async () => {
      ending = true;
      await Promise.all([...running].map(process => process.end()));
    },
    kill: () => {
      ending = true;
      for (const process of running) process.kill();
    },
  };
}

function describeExit(code: number): string {
  return code > 128 ? `signal ${code - 128}` : `exit ${code}`;
}
