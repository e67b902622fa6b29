/** An image run as the cluster runs it: read-only, without rights, by its own numbered user. */
import { freePort } from '../local/free-port.ts';
import { podman } from './podman.ts';

const restricted = [
  ...['--read-only', '--read-only-tmpfs=false', '--cap-drop=all', '--security-opt=no-new-privileges'],
  ...['--pull=never', '--network=host', '--ulimit=nofile=20000:20000', '--ulimit=nproc=4096:4096'],
];

export interface RunningContainer extends AsyncDisposable {
  readonly url: string;
  /** What it has written so far. */
  output(): Promise<string>;
  /** SIGTERM. @returns its exit code */
  stop(): Promise<number>;
}

/** A container that nobody stops is killed after five minutes. */
export async function startContainer(
  image: string,
  environment: Readonly<Record<string, string>>,
): Promise<RunningContainer> {
  const port = await freePort();
  const all = { ...environment, PORT: String(port), METRICS_PORT: String(await freePort()) };
  const variables = Object.entries(all).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const id = (await podman(['run', '--detach', '--timeout=300', ...restricted, ...variables, image])).trim();
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => podman(['logs', id]),
    async stop() {
      await podman(['stop', '--time=20', id]);
      return Number(await podman(['wait', id]));
    },
    [Symbol.asyncDispose]: async () => void (await podman(['rm', '--force', '--time=0', id])),
  };
}

/** Runs a program of the image to its end. @returns what it wrote */
export function runInContainer(image: string, program: string, ...args: readonly string[]): Promise<string> {
  return podman(['run', '--rm', ...restricted, `--entrypoint=${program}`, image, ...args]);
}
