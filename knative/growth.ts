/** What ends first when the load grows: of each thing, how many times the base load it lasts. */
import type { Environment } from '../infra-cdktf/environments.ts';
import type { Scale } from '../lib/http/scale.ts';
import { supplyOf } from './capacity.ts';
import { connectionsPerPod } from './environment.ts';
import { needs } from './resources.ts';

/** What a request of a function takes, and how many there are. */
export interface Asked {
  readonly name: string;
  readonly scale: Scale;
  /** Of all requests, so many are of this function. */
  readonly share: number;
  /** Milliseconds: of the function's processor, until it is answered when it is alone, of PostgreSQL's processor. */
  readonly processor: number;
  readonly alone: number;
  readonly postgresql: number;
  /** How many activities a request makes. */
  readonly activities: number;
}

export interface Base {
  /** Requests a second, at the busiest time. */
  readonly rate: number;
  /** Gigabytes of tasks and activities. */
  readonly data: number;
}

/** What else was measured. */
export interface Measured {
  /** Microseconds of the relay's processor for each activity. */
  readonly relay: number;
  /** Seconds in which a gigabyte is restored. */
  readonly restore: number;
}

export interface Limit {
  readonly what: string;
  readonly unit: string;
  readonly atBase: number;
  readonly thereIs: number;
}

/** Milliseconds that the network of a zone adds to a request: bench/concurrency/report.ts. */
const distance = 2;
/** Of its target a pod is given so much before Knative adds another one. */
const utilization = 0.7;
/** Of a processor that many share so much can be used before they wait for each other. */
const usable = 0.7;
/** Hours after which the service is meant to be there again: docs/operations/disasters. */
const patience = 2;

/** How many times the base load it lasts. */
export const lasts = ({ thereIs, atBase }: Limit): number => thereIs / atBase;

/** The first to end comes first. */
export function limitsOf(
  environment: Pick<Environment, 'nodes' | 'postgresql'>,
  { rate, data }: Base,
  asked: readonly Asked[],
  measured: Measured,
): readonly Limit[] {
  const supply = supplyOf(environment);
  const each = (of: (one: Asked) => number) => rate * sum(asked.map(one => one.share * of(one)));
  /** queue-proxy's own was not measured: as much beside a function's as it asks for. */
  const withProxy = 1 + needs.queueProxy.request.cpu / needs.function.request.cpu;
  const podsOf = ({ scale, alone }: Asked) => (alone + distance) / 1_000 / (scale.concurrency * utilization);
  const narrowest = asked
    .map(one => ({ name: one.name, atBase: rate * one.share * podsOf(one), thereIs: one.scale.max }))
    .toSorted((one, other) => one.thereIs / one.atBase - other.thereIs / other.atBase)[0];
  const limits: readonly Limit[] = [
    {
      what: 'cores of the nodes',
      unit: 'cores',
      atBase: (each(one => one.processor) / 1_000) * withProxy,
      thereIs: (usable * supply.cpu) / 1_000,
    },
    {
      what: `pods of ${narrowest?.name}`,
      unit: 'pods',
      atBase: narrowest?.atBase ?? 0,
      thereIs: narrowest?.thereIs ?? 0,
    },
    {
      what: 'cores of PostgreSQL',
      unit: 'cores',
      atBase: each(one => one.postgresql) / 1_000,
      thereIs: usable * Number(environment.postgresql.tier.split('-')[2]),
    },
    {
      what: 'connections of PostgreSQL',
      unit: 'connections',
      atBase: each(podsOf) * connectionsPerPod,
      thereIs: supply.postgresqlConnections,
    },
    {
      what: 'the one relay',
      unit: 'cores',
      atBase: (each(one => one.activities) * measured.relay) / 1_000_000,
      thereIs: usable,
    },
    {
      what: `a restore within ${patience} h`,
      unit: 'GB',
      atBase: data,
      thereIs: (patience * 3_600) / measured.restore,
    },
  ];
  return limits.toSorted((one, other) => lasts(one) - lasts(other));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((first, second) => first + second, 0);
}
