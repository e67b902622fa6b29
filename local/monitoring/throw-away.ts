/** A monitoring program for a while: with the given configuration, in a throw-away folder, on a free port. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { stringify } from 'yaml';
import { freePort } from '../free-port.ts';
import { startServer } from '../stores/running-store.ts';
import { monitoringProgram } from './programs.ts';

export interface ThrowAway extends AsyncDisposable {
  readonly url: string;
}

/**
 * @param configuration its configuration file as data; files that it names are absolute paths
 * @param more arguments of the program; `data` is a folder for what it keeps
 */
export async function startThrowAway(
  name: 'prometheus' | 'alertmanager',
  configuration: object,
  more: (data: string) => readonly string[],
): Promise<ThrowAway> {
  const { command, version } = await monitoringProgram(name);
  const folder = mkdtempSync(`${tmpdir()}/throw-away-${name}-`);
  const file = `${folder}/${name}.yml`;
  writeFileSync(file, stringify(configuration));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    kind: name,
    program: `${name} ${version}`,
    command,
    arguments: [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`, ...more(`${folder}/data`)],
    folder,
    url,
    stopSignal: 'SIGTERM',
    ready: () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
