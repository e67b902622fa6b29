/** Prometheus and Alertmanager, and their tools: the machine's own, else Debian's. */
import { type DebianProgram, debianProgram } from '../debian-program.ts';

/** What Debian's packages hold; upstream calls Debian's prometheus-alertmanager alertmanager. */
const packages = {
  prometheus: { names: ['prometheus'], package: 'prometheus' },
  promtool: { names: ['promtool'], package: 'prometheus' },
  alertmanager: { names: ['alertmanager', 'prometheus-alertmanager'], package: 'prometheus-alertmanager' },
  amtool: { names: ['amtool'], package: 'prometheus-alertmanager' },
} as const;

/** @throws {Failure} when there is none, and none can be installed */
export function monitoringProgram(name: keyof typeof packages): Promise<DebianProgram> {
  const { names, package: from } = packages[name];
  return debianProgram(names, { package: from, version: /version (\d+[\d.]*)/ });
}
