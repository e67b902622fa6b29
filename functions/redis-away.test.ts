/** While Redis is away, whatever the way, no function fails because of it, few requests wait for it, and nothing old is answered after. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, test, vi } from 'vitest';
import { type ThrowAwayRedis, throwAwayRedis } from '../lib/cache/testing/throw-away-redis.ts';
import { type Api, openApi } from '../local/testing/api.ts';
import { exampleRequest, httpContracts } from '../local/testing/example-requests.ts';
import { type Gate, gateTo } from '../local/testing/gate.ts';
import { processOf } from '../local/testing/process-of.ts';

/** A Redis of the test's own, and the way to it. */
interface Way {
  readonly redis: ThrowAwayRedis;
  readonly network: Gate;
}

interface Fault {
  readonly name: string;
  begin(way: Way): Promise<unknown>;
  end(way: Way): Promise<unknown>;
  /** What is not asked any more once the first have waited in vain. */
  readonly breaker: 'open' | 'closed';
}

const faults: readonly Fault[] = [
  {
    name: 'killed',
    breaker: 'open',
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.startAgain(),
  },
  {
    name: 'hung',
    breaker: 'open',
    begin: async ({ redis }) => redis.hang(),
    end: async ({ redis }) => redis.resume(),
  },
  {
    name: 'behind a network that drops everything',
    breaker: 'open',
    begin: ({ network }) => network.hang(),
    end: ({ network }) => network.open(),
  },
  {
    name: 'slow',
    breaker: 'open',
    begin: async ({ network }) => network.slow(60),
    end: async ({ network }) => network.slow(0),
  },
  {
    name: 'full, and evicts nothing',
    breaker: 'closed',
    begin: ({ redis }) => redis.command('config', 'set', 'maxmemory', 1),
    end: ({ redis }) => redis.command('config', 'set', 'maxmemory', 0),
  },
];

/** So that each function that is called by a tenant uses Redis, be it only to count. */
const limited = { RATE_LIMIT_PER_MINUTE: '1000000' };

const callers = httpContracts.filter(({ stores }) => stores.includes('redis'));
