import { expect } from 'vitest';
import type { Api } from './api.ts';

/** A function whose stores are away runs, takes traffic, and tells its metrics. */
export async function expectAlive(api: Api, name: string): Promise<void> {
  const url = await api.url(name);
  for (const address of [`${url}/livez`, `${url}/readyz`, await api.metricsUrl(name)]) {
    const { status } = await fetch(address, { signal: AbortSignal.timeout(5_000) });
    expect([name, address, status]).toEqual([name, address, 200]);
  }
}
