/** The functions are Ready, and answer. */
import type { Client } from '../../delivery/client.ts';
import type { Cluster } from '../../delivery/cluster.ts';
import { until } from '../../delivery/until.ts';

export async function untilReady(cluster: Cluster, client: Client): Promise<void> {
  await until('every function is Ready', () => notReady(cluster), 600);
  await until('the gateway answers', () => notHealthy(client), 120);
}

async function notReady(cluster: Cluster): Promise<string> {
  const functions = await cluster.functions();
  if (functions.length === 0) return 'there is none';
  const waiting = functions.filter(({ ready }) => !ready);
  return waiting.map(({ name, reason }) => `${name} (${reason})`).join(', ');
}

async function notHealthy(client: Client): Promise<string> {
  const { status, text } = await client.ask({ method: 'GET', path: '/health' });
  return status === 200 ? '' : `${status} ${text}`;
}
