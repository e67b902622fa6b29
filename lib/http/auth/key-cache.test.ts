import { beforeEach, describe, expect, test } from 'vitest';
import { IssuerAway } from './issuer-away.ts';
import { type KeyCache, keyCache } from './key-cache.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let time: number;
let asked: number;
let told: string[];
/** What the issuer answers. */
let issuer: () => Promise<string>;
let keys: KeyCache<string>;

const has = (name: string) => () => Promise.resolve(name);
const away = () => Promise.reject(new Error('connect ECONNREFUSED'));

function open(): KeyCache<string> {
  const load = () => {
    asked++;
    return issuer();
  };
  return keyCache(load, { away: () => told.push('away'), back: () => told.push('back') }, () => time);
}

beforeEach(async () => {
  time = 0;
  asked = 0;
  told = [];
  issuer = has('first');
  keys = open();
  expect(await keys.current()).toBe('first');
});

test('all who ask at the beginning wait for one answer', async () => {
  asked = 0;
  const cold = open();
  expect(await Promise.all([cold.current(), cold.current(), cold.current()])).toEqual(['first', 'first', 'first']);
  expect(asked).toBe(1);
});

test('keys of 5 minutes are renewed, and nobody waits for it', async () => {
  issuer = has('second');
  time = 5 * MINUTE - 1;
  expect(await keys.current()).toBe('first');
  expect(asked).toBe(1);
  time = 5 * MINUTE;
  expect(await keys.current()).toBe('first');
  await expect.poll(() => keys.current()).toBe('second');
  expect(asked).toBe(2);
});

test('keys of 10 minutes are not believed any more', async () => {
  issuer = has('second');
  time = 10 * MINUTE;
  expect(await keys.current()).toBe('second');
});

test('an issuer that hangs holds up nobody whose keys are young', async () => {
  issuer = () => new Promise(() => {});
  time = 10 * MINUTE - 1;
  expect(await keys.current()).toBe('first');
});

describe('the issuer is away:', () => {
  test('without keys and without an issuer there is nothing to say, until it is back', async () => {
    issuer = away;
    const cold = open();
    await expect(cold.current()).rejects.toThrow(IssuerAway);
    issuer = has('first');
    time = 2 * SECOND - 1;
    asked = 0;
    await expect(cold.current()).rejects.toThrow(IssuerAway);
    expect(asked).toBe(0);
    time = 2 * SECOND;
    expect(await cold.current()).toBe('first');
    expect(told).toEqual(['away', 'back']);
  });

  test('while the issuer is away its last keys stand, for a day', async () => {
    issuer = away;
    time = 10 * MINUTE;
    expect(await keys.current()).toBe('first');
    for (; time < 24 * 60 * MINUTE; time += 5 * MINUTE) expect(await keys.current()).toBe('first');
    await expect(keys.current()).rejects.toThrow(IssuerAway);
    expect(told).toEqual(['away']);
  });

  test('while it is known to be away, nobody waits for the next attempt', async () => {
    issuer = away;
    time = 10 * MINUTE;
    await keys.current();
    issuer = () => new Promise(() => {});
    time += 3 * SECOND;
    expect(await keys.current()).toBe('first');
    expect(asked).toBe(3);
  });

  test('that it was away once is no reason to believe old keys', async () => {
    issuer = away;
    time = 6 * MINUTE;
    await keys.current();
    await expect.poll(() => told).toEqual(['away']);
    issuer = has('second');
    time = 12 * MINUTE;
    expect(await keys.current()).toBe('second');
  });
});

test('a token of an unknown key has the issuer asked at once, by one', async () => {
  issuer = has('second');
  expect(await Promise.all([keys.renewed(), keys.renewed(), keys.renewed()])).toEqual(['second', 'second', 'second']);
  expect(asked).toBe(2);
});

test('and again only after 10 seconds', async () => {
  await keys.renewed();
  asked = 0;
  time = 10 * SECOND - 1;
  issuer = has('second');
  expect(await keys.renewed()).toBe('first');
  expect(asked).toBe(0);
  time = 10 * SECOND;
  expect(await keys.renewed()).toBe('second');
});

test('nothing is said of an unknown key while the issuer is away', async () => {
  issuer = away;
  await expect(keys.renewed()).rejects.toThrow(IssuerAway);
  expect(await keys.current()).toBe('first');
  issuer = has('second');
  time = 2 * SECOND - 1;
  await expect(keys.renewed()).rejects.toThrow(IssuerAway);
  time = 2 * SECOND;
  expect(await keys.renewed()).toBe('second');
});
