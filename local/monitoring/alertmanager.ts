import { startThrowAway, type ThrowAway } from './throw-away.ts';

/** @param configuration alertmanager.yml as data */
export function startAlertmanager(configuration: object): Promise<ThrowAway> {
  return startThrowAway('alertmanager', configuration, data => [`--storage.path=${data}`, '--cluster.listen-address=']);
}
