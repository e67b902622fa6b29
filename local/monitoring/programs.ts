/** Prometheus and Alertmanager, and their tools: the machine's own, else Debian's. */
import { Failure, lastLines } from '../failure.ts';
import { canInstallDebianPackages, installDebianPackage } from '../stores/debian.ts';
import { findOnPath } from '../stores/on-path.ts';

/** What Debian's packages hold; upstream calls Debian's prometheus-alertmanager alertmanager. */
const packages = {
  prometheus: { names: ['prometheus'], package: 'prometheus' },
  promtool: { names: ['promtool'], package: 'prometheus' },
  alertmanager: { names: ['alertmanager', 'prometheus-alertmanager'], package: 'prometheus-alertmanager' },
  amtool: { names: ['amtool'], package: 'prometheus-alertmanager' },
} as const;

export interface MonitoringProgram {
  readonly command: string;
  readonly version: string;
}

/** @throws {Failure} when there is none, and none can be installed */
export async function monitoringProgram(name: keyof typeof packages): Promise<MonitoringProgram> {
  const found = await findFirst(packages[name].names);
  if (found !== undefined) return found;
  const missing = (cause: string) =>
    new Failure(`finding ${name}`, cause, `install Debian's package ${packages[name].package}, or put ${name} on PATH`);
  if (!canInstallDebianPackages()) throw missing('there is none on PATH');
  const refused = await installDebianPackage(packages[name].package);
  if (refused !== undefined) throw missing(lastLines(refused, 5));
  const installed = await findFirst(packages[name].names);
  if (installed === undefined) throw missing('the package that was installed does not hold it');
  return installed;
}

async function findFirst(names: readonly string[]): Promise<MonitoringProgram | undefined> {
  for (const name of names) {
    const found = await findOnPath(name, /version (\d+[\d.]*)/);
    if (found !== undefined) return found;
  }
  return undefined;
}
