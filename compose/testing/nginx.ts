/** The generated configuration under Debian's nginx, which is also what the image `edge` holds. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Failure, lastLines } from '../../local/failure.ts';
import { freePort } from '../../local/free-port.ts';
import { canInstallDebianPackages, installDebianPackage } from '../../local/stores/debian.ts';
import { startServer } from '../../local/stores/running-store.ts';
import { nginxConfiguration } from '../nginx.ts';

export interface RunningNginx extends AsyncDisposable {
  readonly url: string;
}

const programs = [
  { file: '/usr/sbin/nginx', package: 'nginx-light' },
  {
    file: '/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so',
    package: 'libnginx-mod-http-headers-more-filter',
  },
] as const;

/** @param addressOf `host:port` of a function @param patience seconds */
export function startNginx(addressOf: (name: string) => string, patience?: number): Promise<RunningNginx> {
  return startNginxWith((port, temporary) =>
    nginxConfiguration({ port, addressOf, temporary, ...(patience !== undefined && { patience }) }),
  );
}

/** @param configuration for a port, and a folder of its own */
export async function startNginxWith(
  configuration: (port: number, temporary: string) => string,
): Promise<RunningNginx> {
  for (const program of programs) await install(program);
  const folder = mkdtempSync(`${tmpdir()}/nginx-`);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(`${folder}/nginx.conf`, configuration(port, folder));
  const server = await startServer({
    kind: 'nginx',
    program: 'nginx',
    command: programs[0].file,
    arguments: ['-c', `${folder}/nginx.conf`],
    folder,
    url,
    stopSignal: 'SIGTERM',
    ready: () =>
      fetch(url).then(
        () => true,
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

async function install({ file, package: name }: (typeof programs)[number]): Promise<void> {
  if (existsSync(file)) return;
  const refused = canInstallDebianPackages() ? await installDebianPackage(name) : `there is no ${file}`;
  if (refused === undefined && existsSync(file)) return;
  throw new Failure(
    'finding nginx',
    lastLines(refused ?? `there is no ${file}`, 5),
    `install Debian's package ${name}`,
  );
}
