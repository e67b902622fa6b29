/** What all functions ask for at their maximum at once, and what there is for them. */
import type { Contract } from '../lib/http/contract.ts';
import { connectionsPerPod } from './environment.ts';
import { type Amount, needs } from './resources.ts';
import { isServing, scaleOf } from './scale.ts';

export interface Demand extends Amount {
  readonly postgresqlConnections: number;
}

/** Each job runs, too, and the next revision of each function: with its least pods, beside those that carry the traffic. */
export function greatestDemand(catalogue: readonly Contract[]): Demand {
  const scales = catalogue.filter(isServing).map(scaleOf);
  const jobs = catalogue.length - scales.length;
  const functions = sum(scales.map(({ min, max }) => max + Math.max(min, 1)));
  const perFunction = total(needs.function.request, needs.queueProxy.request);
  return {
    cpu: functions * perFunction.cpu + jobs * needs.job.request.cpu,
    memory: functions * perFunction.memory + jobs * needs.job.request.memory,
    postgresqlConnections: (functions + jobs) * connectionsPerPod,
  };
}

const nodes = 10;

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

export const supply: Amount & { readonly postgresqlConnections: number } = {
  cpu: nodes * (allocatable.cpu - system.cpu) - platform.cpu,
  memory: nodes * (allocatable.memory - system.memory) - platform.memory,
  // Cloud SQL's max_connections for 15 to 30 GiB of memory, without those for its own and an administrator's use.
  postgresqlConnections: 500 - 20,
};

function total(first: Amount, second: Amount): Amount {
  return { cpu: first.cpu + second.cpu, memory: first.memory + second.memory };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((first, second) => first + second, 0);
}
