/** Prometheus of the cluster, at a port of this machine for as long as a deploy takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { prometheus } from '../knative/monitoring/kube-prometheus-stack.ts';
import { Failure } from '../local/failure.ts';

export interface Forwarded {
  readonly url: string;
  end(): void;
}

export async function forwardedPrometheus(context: string, say: (line: string) => void): Promise<Forwarded> {
  const args = [
    '--context',
    context,
    '--namespace',
    prometheus.namespace,
    'port-forward',
    `pod/${prometheus.pod}`,
    ':9090',
  ];
  say(`$ kubectl ${args.join(' ')}`);
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(child, 'exit').then(() => 'it ended at once'),
  ]);
  const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(first) ?? [];
  if (port === undefined)
    throw new Failure(
      'reaching Prometheus in the cluster',
      first,
      'without --prometheus a rollout is not watched by it',
    );
  return { url: `http://127.0.0.1:${port}`, end: () => void child.kill() };
}
