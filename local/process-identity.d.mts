export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, as this system tells it; only good for comparing. */
  readonly started: string;
}

/** @returns `undefined` when no such process runs (a zombie does not run) */
export function identify(pid: number): ProcessIdentity | undefined;

export function isRunning(identity: ProcessIdentity): boolean;

/** Sends `signal` (SIGTERM), and SIGKILL after `grace` milliseconds (10 s). Resolves when the process is gone. */
export function endProcess(
  identity: ProcessIdentity,
  options?: { signal?: NodeJS.Signals; grace?: number },
): Promise<void>;
