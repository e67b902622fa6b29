import { startThrowAway, type ThrowAway } from './throw-away.ts';

/**
 * @param configuration prometheus.yml as data
 * @param more arguments of the program
 */
export function startPrometheus(configuration: object, ...more: readonly string[]): Promise<ThrowAway> {
  return startThrowAway('prometheus', configuration, data => [`--storage.tsdb.path=${data}`, ...more]);
}
