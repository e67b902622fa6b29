/** Which build of which version runs: a metric that is always 1, to be joined with others. */
import packageJson from '../../package.json' with { type: 'json' };
import type { Metrics } from './metrics.ts';

/** @param revision Knative's name for what was deployed; empty outside of it */
export function exposeBuild(metrics: Metrics, revision: string): void {
  const labels = { version: packageJson.version, revision, node_version: process.versions.node };
  metrics.gauge('build_info', 'The version that runs; always 1.', Object.keys(labels)).set(labels, 1);
}
