/**
 * What a pod asks for. No limit of CPU: what nobody else wants is there to be used, and a throttled process answers
 * nobody. Knative gives a function's pod a second container, queue-proxy.
 */
import type { Resources } from './container.ts';

export interface Amount {
  /** Thousandths of a core. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
}

interface Need {
  readonly request: Amount;
  /** MiB of memory. */
  readonly limit: number;
}

export const needs = {
  function: { request: { cpu: 80, memory: 128 }, limit: 256 },
  queueProxy: { request: { cpu: 25, memory: 48 }, limit: 128 },
  job: { request: { cpu: 100, memory: 256 }, limit: 512 },
  event: { request: { cpu: 25, memory: 64 }, limit: 128 },
} as const satisfies Record<string, Need>;

export function resourcesOf({ request, limit }: Need): Resources {
  return { requests: { cpu: milli(request.cpu), memory: mebi(request.memory) }, limits: { memory: mebi(limit) } };
}

export const milli = (cpu: number) => `${cpu}m`;
export const mebi = (memory: number) => `${memory}Mi`;
