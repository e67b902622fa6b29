/** What apt-get can install, for root on Debian or its kin. */
import { existsSync } from 'node:fs';
import { localFolder } from '../checkout.ts';
import { withLock } from '../lock.mjs';
import { runProgram } from '../run-program.ts';

export function canInstallDebianPackages(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** @returns what apt-get said when it failed; `undefined` when the package is there */
export function installDebianPackage(name: string): Promise<string | undefined> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }; // run level 1: its service is not started
  const install = () =>
    runProgram(
      '/usr/bin/apt-get',
      ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', name],
      { env, timeout: 300_000 },
    );
  return withLock(`${localFolder}/installed/apt-get.lock`, async () => {
    const first = await install();
    if (first.ok) return undefined;
    const update = await runProgram('/usr/bin/apt-get', ['update'], { env, timeout: 120_000 }); // a bare machine has no list yet
    if (!update.ok) return update.output;
    const second = await install();
    return second.ok ? undefined : second.output;
  });
}
