/** A program that Debian packages: the machine's own, else installed by apt-get where we may. */
import { Failure, lastLines } from './failure.ts';
import { canInstallDebianPackages, installDebianPackage } from './stores/debian.ts';
import { findOnPath } from './stores/on-path.ts';

export interface DebianProgram {
  readonly command: string;
  readonly version: string;
}

/**
 * @param names what it is called, here or there
 * @param options.package of Debian, when it has another name
 * @param options.version its first group is the version, in what `--version` prints
 * @throws {Failure} when there is none, and none can be installed
 */
export async function debianProgram(
  names: readonly [string, ...string[]],
  { package: from = names[0], version = /(\d+\.\d+[\d.]*)/ }: { package?: string; version?: RegExp } = {},
): Promise<DebianProgram> {
  const found = await findFirst(names, version);
  if (found !== undefined) return found;
  const missing = (cause: string) =>
    new Failure(`finding ${names[0]}`, cause, `install Debian's package ${from}, or put ${names[0]} on PATH`);
  if (!canInstallDebianPackages()) throw missing('there is none on PATH');
  const refused = await installDebianPackage(from);
  if (refused !== undefined) throw missing(lastLines(refused, 5));
  const installed = await findFirst(names, version);
  if (installed === undefined) throw missing('the package that was installed does not hold it');
  return installed;
}

async function findFirst(names: readonly string[], version: RegExp): Promise<DebianProgram | undefined> {
  for (const name of names) {
    const found = await findOnPath(name, version);
    if (found !== undefined) return found;
  }
  return undefined;
}
