/** A registry of a test's own, gone with what was pushed to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { stringify } from 'yaml';
import { forgetImages } from '../../images/forget-images.ts';
import { podman } from '../../images/podman.ts';
import { debianProgram } from '../../local/debian-program.ts';
import { freePort } from '../../local/free-port.ts';
import { keepOnLeash, unleash } from '../../local/leash.ts';

export interface ThrowAwayRegistry extends AsyncDisposable {
  /** `HOST/PATH` */
  readonly place: string;
}

export async function throwAwayRegistry(): Promise<ThrowAwayRegistry> {
  const folder = mkdtempSync(`${tmpdir()}/registry-`);
  const host = `127.0.0.1:${await freePort()}`;
  const settings = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: `${folder}/data` } },
    http: { addr: host },
    log: { level: 'error', accesslog: { disabled: true } },
  };
  writeFileSync(`${folder}/config.yml`, stringify(settings));
  const { command } = await debianProgram(['docker-registry']);
  const server = spawn(command, ['serve', `${folder}/config.yml`], { stdio: 'ignore', detached: true });
  const { pid } = server;
  if (pid !== undefined) keepOnLeash(pid, 'TERM');
  while (!(await answers(`http://${host}/v2/`))) {
    if (server.exitCode !== null) throw new Error(`${command} ended with ${server.exitCode}`);
  }
  return {
    place: `${host}/task-manager`,
    async [Symbol.asyncDispose]() {
      const left = await podman([
        'images',
        '--format={{.Repository}}:{{.Tag}}',
        '--filter',
        `reference=${host}/task-manager/*`,
      ]);
      await forgetImages(left.split('\n').filter(line => line !== ''));
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
      if (pid !== undefined) unleash(pid);
      rmSync(folder, { recursive: true });
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
