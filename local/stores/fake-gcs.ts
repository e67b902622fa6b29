/** fake-gcs-server: a program that speaks Cloud Storage's API, for the tests that need a bucket. */
import { existsSync, mkdirSync } from 'node:fs';
import { Failure, lastLines } from '../failure.ts';
import { freePort } from '../free-port.ts';
import { installed } from '../installed.ts';
import { runProgram } from '../run-program.ts';
import { type RunningStore, startServer } from './running-store.ts';

const VERSION = '1.56.1';

/** @param folder holds a folder for each bucket, and in it a file for each object */
export async function startFakeGcs(folder: string, buckets: readonly string[]): Promise<RunningStore<'storage'>> {
  const command = await fakeGcsServer();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  for (const bucket of buckets) mkdirSync(`${folder}/objects/${bucket}`, { recursive: true });
  return startServer({
    kind: 'storage',
    program: `fake-gcs-server ${VERSION}`,
    command,
    arguments: [
      ...['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'filesystem'],
      ...['-filesystem-root', `${folder}/objects`, '-public-host', `127.0.0.1:${port}`, '-external-url', url],
    ],
    folder,
    url,
    stopSignal: 'SIGTERM',
    ready: () =>
      fetch(`${url}/storage/v1/b`).then(
        ({ ok }) => ok,
        () => false,
      ),
  });
}

async function fakeGcsServer(): Promise<string> {
  const folder = await installed(`fake-gcs-server-${VERSION}`, async partial => {
    const outcome = await runProgram('go', ['install', `github.com/fsouza/fake-gcs-server@v${VERSION}`], {
      env: { GOBIN: partial },
      timeout: 600_000,
    });
    if (outcome.ok && existsSync(`${partial}/fake-gcs-server`)) return;
    throw new Failure(
      'installing fake-gcs-server (go install)',
      lastLines(outcome.output, 5),
      'install Go 1.25 or newer',
    );
  });
  return `${folder}/fake-gcs-server`;
}
