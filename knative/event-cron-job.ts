/** Sends an event function its event when its clock strikes: from its own image, so that no other is needed. */
import type { EventContract, Schedule } from '../lib/http/contract.ts';
import { containerOf } from './container.ts';
import { cronJob } from './cron-job.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { hostOf } from './namespace.ts';
import { reachLabel } from './reach.ts';
import { needs, resourcesOf } from './resources.ts';

export function eventCronJob({ name, event }: EventContract, schedule: Schedule): KubernetesObject {
  const container = { ...containerOf(name, resourcesOf(needs.event)), command: ['node', '-e', sender(name, event)] };
  return cronJob({ name, schedule, reach: reachLabel('functions'), container });
}

/** A program for CommonJS; it fails when the event was not taken. */
function sender(name: string, type: string): string {
  return `fetch('http://${hostOf(name)}/', {
  method: 'POST',
  headers: {
    'ce-specversion': '1.0',
    'ce-type': '${type}',
    'ce-source': '/task-manager/clock',
    'ce-id': crypto.randomUUID(),
  },
  signal: AbortSignal.timeout(60_000),
}).then(answer => {
  console.log(answer.status);
  process.exitCode = answer.ok ? 0 : 1;
});
`;
}
