/** What all functions ask for at their maximum at once, and what there is for them. */
import type { Environment } from '../infra-cdktf/environments.ts';
import type { Scale } from '../lib/http/scale.ts';
import { connectionsPerPod } from './environment.ts';
import { type Amount, needs } from './resources.ts';

export interface Capacity extends Amount {
  readonly postgresqlConnections: number;
}

/** Each job runs, too, and the next revision of each function: with its least pods, beside those that carry the traffic. */
export function greatestDemand(scales: readonly Pick<Scale, 'min' | 'max'>[], jobs: number): Capacity {
  const functions = sum(scales.map(({ min, max }) => max + Math.max(min, 1)));
  const perFunction = total(needs.function.request, needs.queueProxy.request);
  return {
    cpu: functions * perFunction.cpu + jobs * needs.job.request.cpu,
    memory: functions * perFunction.memory + jobs * needs.job.request.memory,
    postgresqlConnections: (functions + jobs) * connectionsPerPod,
  };
}

/**
 * What GKE leaves of an e2-standard-2 (2 cores, 8 GiB): its formula takes 6 % of the first core and 1 % of the second; a
 * quarter of the first 4 GiB, a fifth of the next four, and 100 MiB.
 */
const allocatable: Amount = { cpu: 1_930, memory: 6_249 };
/** On each node: network, logs, metrics, disks, identity. */
const system: Amount = { cpu: 400, memory: 700 };
/** What scales beside the functions: at most so many, which knative/install/knative-serving says to the cluster. */
export const greatestReplicas = { activator: 4, kourier: 4 } as const;
const platform: Amount = {
  cpu: sum([
    3 * 100, // autoscaler, controller, webhook
    greatestReplicas.activator * 300,
    200, // net-kourier-controller
    greatestReplicas.kourier * 200,
    2 * 200, // nginx
    100, // what asks for little: Prometheus and what is with it, cert-manager, External Secrets
  ]),
  memory: 6_000,
};

/** Of PostgreSQL, those for its own and an administrator's use. */
const keptConnections = 20;

export function supplyOf({ nodes, postgresql }: Pick<Environment, 'nodes' | 'postgresql'>): Capacity {
  if (nodes.machine !== 'e2-standard-2') throw new Error(`what ${nodes.machine} has is not known here`);
  return supply(nodes.most, postgresql.connections);
}

function supply(nodes: number, connections: number): Capacity {
  return {
    cpu: nodes * (allocatable.cpu - system.cpu) - platform.cpu,
    memory: nodes * (allocatable.memory - system.memory) - platform.memory,
    postgresqlConnections: connections - keptConnections,
  };
}

function total(first: Amount, second: Amount): Amount {
  return { cpu: first.cpu + second.cpu, memory: first.memory + second.memory };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((first, second) => first + second, 0);
}
