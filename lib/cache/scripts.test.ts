import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import type { Command } from '../stores/redis.ts';
import { fill, lease, put, raise, release } from './scripts.ts';

let redis: ThrowAwayRedis;
let key: string;
let now: number;

beforeAll(async () => {
  redis = await throwAwayRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(() => {
  key = randomUUID();
  now = Date.now();
});

const TTL = 300_000;
const MINE = { rendering: 'mine', ttlMs: TTL };
const run = (command: Command) => redis.command(...command);
const held = () => redis.command('get', key);
const hold = (value: string, ttl = 3_000) => redis.command('set', key, value, 'px', ttl);
const timeLeft = async () => Number(await redis.command('pttl', key));
const entry = (version: number) => ({ version, body: `body ${version}` });

describe('lease', () => {
  test('the first who asks gets it, the others are told whose it is', async () => {
    expect(await run(lease(key, 'mine', 'mine'))).toBe('P0 mine');
    expect(await run(lease(key, 'yours', 'mine'))).toBe('P0 mine');
    expect(await timeLeft()).toBeGreaterThan(1_500);
  });

  test.each(['E3 other body', 'E3 min body', 'E3 mine-too body'])(
    'an entry of another rendering gives way: %s',
    async value => {
      await hold(value, 200);
      expect(await run(lease(key, 'mine', 'mine'))).toBe('P3 mine');
      expect(await held()).toBe('P3 mine');
      expect(await timeLeft()).toBeGreaterThan(1_500);
    },
  );

  test('of two renderings, too, one has the lease', async () => {
    await hold('E3 third body');
    expect(await run(lease(key, 'mine', 'mine'))).toBe('P3 mine');
    expect(await run(lease(key, 'yours', 'other'))).toBe('P3 mine');
  });

  test.each(['E3 mine body', 'N3'])('an entry that has come meanwhile is the answer: %s', async value => {
    await hold(value);
    expect(await run(lease(key, 'mine', 'mine'))).toBe(value);
    expect(await held()).toBe(value);
  });

  test('a floor stays', async () => {
    await hold('P7');
    expect(await run(lease(key, 'mine', 'mine'))).toBe('P7 mine');
    expect(await held()).toBe('P7 mine');
  });
});

describe('fill', () => {
  test('takes what was loaded under the lease, not below its floor', async () => {
    await hold('P3 mine');
    expect(await run(fill(key, 'mine', entry(3), MINE))).toBe('stored');
    expect(await held()).toBe('E3 mine body 3');
    expect(await timeLeft()).toBeGreaterThan(TTL / 2);
  });

  test('refuses what is below the floor, and the lease stands', async () => {
    await hold('P4 mine');
    expect(await run(fill(key, 'mine', entry(3), MINE))).toBe('raised');
    expect(await held()).toBe('P4 mine');
  });

  test.each([
    ['has expired', undefined, 'P3'],
    ['is another one', 'P0 yours', 'P3 yours'],
    ['was ended by an older put', 'E2 mine body', 'P3'],
    ['was ended by a newer put', 'E4 mine body', 'E4 mine body'],
  ])('when the lease %s, it only keeps out what is older', async (_case, before, after) => {
    if (before !== undefined) await hold(before);
    expect(await run(fill(key, 'mine', entry(3), MINE))).toBe('raised');
    expect(await held()).toBe(after);
  });

  test('what the truth does not know is believed for 5 s, what is in the trash as long as anything', async () => {
    await hold('P0 mine');
    await run(fill(key, 'mine', { version: 0, body: undefined }, MINE));
    expect(await held()).toBe('N0');
    expect(await timeLeft()).toBeLessThanOrEqual(5_000);
    await run(put(key, { version: 2, body: undefined }, MINE, now));
    expect(await held()).toBe('N2');
    expect(await timeLeft()).toBeGreaterThan(TTL / 2);
  });
});

describe('put', () => {
  test.each([
    undefined,
    'P0 yours',
    'P3',
    'P3 yours',
    'E2 mine body',
    'E3 mine body 3',
    'E2 other body',
    'E3 other body',
    'N0',
  ])('takes the place of %s', async before => {
    if (before !== undefined) await hold(before);
    expect(await run(put(key, entry(3), MINE, now))).toBe('stored');
    expect(await held()).toBe('E3 mine body 3');
    expect(await timeLeft()).toBeGreaterThan(TTL / 2);
  });

  test.each(['E10 mine body', 'E10 other body', 'N10', 'P10', 'P10 yours'])(
    'is refused by something newer: %s',
    async before => {
      await hold(before);
      expect(await run(put(key, entry(9), MINE, now))).toBe('refused');
      expect(await held()).toBe(before);
    },
  );

  test.each([
    ['over a second after its statement began', -1_500],
    ['by a clock that was set back since', 60_000],
  ])('%s it only drops what is older', async (_case, shift) => {
    await hold('E2 mine body');
    expect(await run(put(key, entry(3), MINE, now + shift))).toBe('raised');
    expect(await held()).toBe('P3');
  });
});

describe('raise', () => {
  test.each([undefined, 'E2 mine body', 'E2 other body', 'N2', 'P2'])(
    'leaves a floor in the place of %s, until no older put can come',
    async before => {
      if (before !== undefined) await hold(before, 200);
      expect(await run(raise([{ key, version: 3 }]))).toBe('raised');
      expect(await held()).toBe('P3');
      expect(await timeLeft()).toBeGreaterThan(1_500);
    },
  );

  test.each(['E3 mine body', 'E10 mine body', 'E3 other body', 'N3', 'P3', 'P10 yours'])(
    'leaves alone what is not older: %s',
    async before => {
      await hold(before);
      await run(raise([{ key, version: 3 }]));
      expect(await held()).toBe(before);
    },
  );

  test('a standing lease stays, and is not made longer by it', async () => {
    await hold('P0 yours', 2_500);
    await run(raise([{ key, version: 3 }]));
    expect(await held()).toBe('P3 yours');
    expect(await timeLeft()).toBeLessThanOrEqual(2_500);
  });

  test('a lease that would end before the floor may goes', async () => {
    await hold('P0 yours', 1_200);
    await run(raise([{ key, version: 3 }]));
    expect(await held()).toBe('P3');
    expect(await timeLeft()).toBeGreaterThan(1_500);
  });

  test('many at once, each to its own version', async () => {
    await hold('E2 mine body');
    const other = randomUUID();
    expect(
      await run(
        raise([
          { key: other, version: 8 },
          { key, version: 2 },
        ]),
      ),
    ).toBe('raised');
    expect(await held()).toBe('E2 mine body');
    expect(await redis.command('get', other)).toBe('P8');
  });
});

describe('release', () => {
  test('gives the lease back', async () => {
    await hold('P0 mine');
    await run(release(key, 'mine'));
    expect(await held()).toBeNull();
  });

  test('its floor stays', async () => {
    await hold('P3 mine', 500);
    await run(release(key, 'mine'));
    expect(await held()).toBe('P3');
    expect(await timeLeft()).toBeGreaterThan(1_500);
  });

  test.each(['P3 yours', 'E3 mine body'])('is nothing to what another has brought: %s', async before => {
    await hold(before);
    await run(release(key, 'mine'));
    expect(await held()).toBe(before);
  });
});

describe('when Redis is full and evicts nothing', () => {
  const fillUp = () => redis.command('config', 'set', 'maxmemory', 1);
  afterEach(() => redis.command('config', 'set', 'maxmemory', 0));

  test('a lease is not granted, and a floor not lost', async () => {
    await hold('P3');
    await fillUp();
    await expect(redis.command('set', 'another', 'value')).rejects.toThrow('OOM');
    expect(await run(lease(key, 'mine', 'mine'))).toBeNull();
    expect(await held()).toBe('P3');
  });

  test('an entry of another rendering stays for those who can read it', async () => {
    await hold('E3 other body');
    await fillUp();
    expect(await run(lease(key, 'mine', 'mine'))).toBeNull();
    expect(await held()).toBe('E3 other body');
  });

  test.each([
    ['put', () => put(key, entry(3), MINE, now)],
    ['late put', () => put(key, entry(3), MINE, now - 5_000)],
    ['raise', () => raise([{ key, version: 3 }])],
    ['fill', () => fill(key, 'mine', entry(3), MINE)],
  ])('a %s leaves nothing rather than something older', async (_name, command) => {
    await hold('E2 mine body');
    await fillUp();
    expect(await run(command())).toBe('dropped');
    expect(await held()).toBeNull();
  });

  test('a fill under its lease, too', async () => {
    await hold('P0 mine');
    await fillUp();
    expect(await run(fill(key, 'mine', entry(3), MINE))).toBe('dropped');
    expect(await held()).toBeNull();
  });

  test('what is new enough stays', async () => {
    await hold('E3 mine body');
    await fillUp();
    expect(await run(raise([{ key, version: 3 }]))).toBe('raised');
    expect(await held()).toBe('E3 mine body');
  });
});
