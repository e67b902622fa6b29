/** Functions that have no pod while nobody asks. */

import type { Cluster } from '../../delivery/cluster.ts';
import { until } from '../../delivery/until.ts';
import { catalogue } from '../../functions/catalogue.ts';
import { isServing, scaleOf } from '../../knative/scale.ts';

export const sleepers: ReadonlySet<string> = new Set(
  catalogue.filter(isServing).flatMap(contract => (scaleOf(contract).min === 0 ? [contract.name] : [])),
);

/** A minute without a request, half a minute of queue-proxy's, and the pod's end. */
const patience = 240;

export function untilAsleep(cluster: Cluster, names: readonly string[]): Promise<void> {
  const awake = async () => {
    const pods = await cluster.pods();
    return names.filter(name => pods.some(pod => pod.function === name)).join(', ');
  };
  return until('functions are asleep', async () => awake().then(some => some && `${some} have pods`), patience);
}
