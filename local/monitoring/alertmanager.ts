/** An Alertmanager for a while: with the given configuration, in a throw-away folder. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { stringify } from 'yaml';
import { freePort } from '../free-port.ts';
import { startServer } from '../stores/running-store.ts';
import { answers } from './answers.ts';
import { monitoringProgram } from './programs.ts';

export interface ThrowAwayAlertmanager extends AsyncDisposable {
  readonly url: string;
}

/** @param configuration alertmanager.yml as data */
export async function startAlertmanager(configuration: object): Promise<ThrowAwayAlertmanager> {
  const { command, version } = await monitoringProgram('alertmanager');
  const folder = mkdtempSync(`${tmpdir()}/throw-away-alertmanager-`);
  writeFileSync(`${folder}/alertmanager.yml`, stringify(configuration));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    kind: 'alertmanager',
    program: `Alertmanager ${version}`,
    command,
    arguments: [
      ...[`--config.file=${folder}/alertmanager.yml`, `--storage.path=${folder}/data`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
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
