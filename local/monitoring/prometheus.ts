/** A Prometheus for a while: with the given configuration, in a throw-away folder. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { stringify } from 'yaml';
import { freePort } from '../free-port.ts';
import { startServer } from '../stores/running-store.ts';
import { monitoringProgram } from './programs.ts';

export interface ThrowAwayPrometheus extends AsyncDisposable {
  readonly url: string;
}

/** @param configuration prometheus.yml as data; files that it names are absolute paths */
export async function startPrometheus(configuration: object): Promise<ThrowAwayPrometheus> {
  const { command, version } = await monitoringProgram('prometheus');
  const folder = mkdtempSync(`${tmpdir()}/throw-away-prometheus-`);
  writeFileSync(`${folder}/prometheus.yml`, stringify(configuration));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    kind: 'prometheus',
    program: `Prometheus ${version}`,
    command,
    arguments: [
      ...[`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`],
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    folder,
    url,
    stopSignal: 'SIGTERM',
    ready: () => answers(`${url}/-/ready`),
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
