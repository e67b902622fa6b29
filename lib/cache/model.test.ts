/**
 * The promise: once a version was answered as `hit` or `miss`, or its put or its repair was, nothing older is answered as
 * such to anyone who asks later. Two processes, of one rendering or of two, and the real scripts, on a real server; the order
 * of all steps, what is lost on the way, what arrives late, evictions, a full Redis and the passing of time are chosen by
 * fast-check.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ThrowAwayRedis, throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import type { Command } from '../stores/redis.ts';
import { type CacheAside, cacheAside } from './cache-aside.ts';
import { type Entry, type Rendering, unknown } from './entry.ts';
import type { GuardedRedis } from './guarded-redis.ts';
import { put } from './scripts.ts';
import { makeStage } from './testing/stage.ts';

let server: ThrowAwayRedis;

beforeAll(async () => {
  server = await throwAwayRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

test('no answer is older than one given before it was asked for', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.gen(), playOnce), { numRuns: 1_000, endOnFailure: true });
});

const TTL_SECONDS = 300;
const [, putScript] = put('', unknown, { rendering: '', ttlMs: 0 }, 0);
/** What may take as long as much else: coming, time passing, and what lies between a commit or a load and Redis. */
const slow = /comes|pass|eviction|relay|committed|returns/;
const mostly = [0, 0, 1, 1, 2, 6];
let played = 0;

interface Process {
  readonly name: string;
  readonly rendering: Rendering;
  readonly cache: CacheAside;
}

async function playOnce(choose: fc.GeneratorValue): Promise<void> {
  const below = (count: number) => (count < 2 ? 0 : choose(fc.nat, { max: count - 1 }));
  const chance = (percent: number) => below(100) < percent;
  const stage = makeStage(name => (chance(slow.test(name) ? 100 : 10) ? below(12) : 0));
  const key = `task-${played++}`;
  const redisKey = `run:${key}`;

  let truth = 0; // the committed version
  let known = 0; // the highest version that was answered
  const unput = new Set<number>(); // committed, and what is to be put has not reached Redis
  const excused = new Set<number>(); // of these, when Redis was too full for what was put, and so kept nothing out
  let touched = 0;
  let skipped = 0; // time that was made to pass, in milliseconds
  let faults = [0, 3, 15][below(3)] ?? 0; // per cent
  const now = () => Date.now() + skipped;

  /** Redis's clock can't be moved forward; what began is moved back instead. */
  async function execute(command: Command): Promise<unknown> {
    touched = now();
    return command[1] === putScript ? executePut(command) : server.command(...command);
  }

  async function executePut([name, ...args]: Command): Promise<unknown> {
    unput.delete(Number(args[3]));
    const reply = await server.command(name, ...args.slice(0, -1), Number(args.at(-1)) - skipped);
    if (reply === 'dropped') for (const version of unput) excused.add(version);
    return reply;
  }

  function redisOf(process: string): GuardedRedis {
    const session = { runId: 'run', now };
    return {
      session: () => session,
      firstSession: async () => session,
      async run(_session, command) {
        const name = `${process}: ${titleOf(command)}`;
        if (chance(faults)) return 'bypass';
        if (chance(faults)) {
          void stage.step(`${name}, given up long ago`, () => execute(command));
          return 'error';
        }
        const reply = await stage.step(name, () => execute(command));
        await stage.step(`${name}: ${reply}`, () => {});
        return { reply };
      },
      state: () => 'closed',
      close: async () => {},
    };
  }

  function entryOf(version: number, rendering: Rendering): Entry {
    return { version, body: version % 4 === 0 ? undefined : `body ${version}, ${rendering}` };
  }

  async function load(rendering: Rendering): Promise<Entry | undefined> {
    const version = await stage.step('load reads', () => truth);
    await stage.step(`load returns ${version}`, () => {});
    if (chance(faults)) throw new Error('no truth to be had');
    return version === 0 ? undefined : entryOf(version, rendering);
  }

  async function read({ cache, rendering }: Process): Promise<void> {
    const atLeast = await stage.step('a reader comes', () => known);
    const answer = await cache.read(key, () => load(rendering)).catch(() => undefined);
    if (answer === undefined) return;
    const version = answer.entry?.version ?? 0;
    stage.story.push(`answered ${version}, a ${answer.cache}`);
    expect(answer.entry, stage.story.join('\n')).toEqual(version === 0 ? undefined : entryOf(version, rendering));
    if (answer.cache === 'bypass' || excused.has(version)) return;
    expect(version, stage.story.join('\n')).toBeGreaterThanOrEqual(atLeast);
    known = Math.max(known, version);
  }

  async function write({ name, rendering }: Process): Promise<void> {
    await stage.step('a writer comes', () => {});
    const outcomes: string[] = [];
    const observer = { operation: (_name: string, outcome: string) => void outcomes.push(outcome), breaker: () => {} };
    const begun = await cacheAside(redisOf(name), { ttlSeconds: TTL_SECONDS, rendering, observer }).begin();
    const version = await stage.step('commit', () => ++truth);
    unput.add(version);
    await stage.step(`committed ${version}`, () => {});
    if (chance(20)) return void stage.story.push('the writer dies');
    await begun.put(key, entryOf(version, rendering));
    if (!outcomes.some(outcome => outcome === 'bypass' || outcome === 'error')) known = Math.max(known, version);
  }

  async function repair({ cache }: Process): Promise<void> {
    const version = await stage.step('the relay reads', () => truth);
    if (!(await cache.repair([{ key, version }]))) return;
    known = Math.max(known, version);
    for (const older of excused) if (older < version) excused.delete(older);
  }

  /** It refuses what would need more, and evicts nothing. */
  async function fillUp(): Promise<void> {
    await stage.step('Redis is full', () => server.command('config', 'set', 'maxmemory', 1));
    await stage.step('time passes, and Redis has room again', () => server.command('config', 'set', 'maxmemory', 0));
  }

  async function passTime(milliseconds: number, what = `${milliseconds} ms pass`): Promise<void> {
    await stage.step(what, async () => {
      skipped += milliseconds;
      const left = Number(await server.command('pttl', redisKey));
      if (left >= 0 && left <= milliseconds) await server.command('unlink', redisKey);
      else if (left >= 0) await server.command('pexpire', redisKey, left - milliseconds);
    });
  }

  /** The least recently used goes; what was used within a second is not that. */
  async function evict(): Promise<void> {
    await stage.step('eviction', async () => {
      if (now() - touched > 1_000) await server.command('unlink', redisKey);
    });
  }

  const quiet = { operation: () => {}, breaker: () => {} };
  const otherRendering = chance(50) ? 'new' : 'old';
  const processes: Process[] = [
    { name: 'A', rendering: 'old' },
    { name: 'B', rendering: otherRendering },
  ].map(({ name, rendering }) => ({
    name,
    rendering,
    cache: cacheAside(redisOf(name), { ttlSeconds: TTL_SECONDS, rendering, observer: quiet }, milliseconds =>
      passTime(milliseconds, `a pause of ${milliseconds} ms ends`),
    ),
  }));
  const either = () => processes[below(2)] ?? expect.unreachable();
  const acts: readonly (() => Promise<void>)[] = [
    () => read(either()),
    () => write(either()),
    () => repair(either()),
    evict,
    fillUp,
    () => passTime([300, 700, 1_200, 2_000, 3_100, 301_000][below(6)] ?? 0),
  ];
  // Each run has a mixture of its own: what takes many repairs, or none, is hardly ever met in an even one.
  const mixture = acts.flatMap((act, index) =>
    Array<typeof act>((index < 2 ? 2 : 0) + (mostly[below(mostly.length)] ?? 0)).fill(act),
  );
  const actors = Array.from({ length: 4 + below(16) }, () => mixture[below(mixture.length)]?.());
  await Promise.all([Promise.all(actors), stage.play()]);

  faults = 0;
  for (const process of processes) {
    const [last] = await Promise.all([settle(process), stage.play()]);
    const entry = truth === 0 ? undefined : entryOf(truth, process.rendering);
    expect(last, stage.story.join('\n')).toEqual({ entry, cache: 'hit' });
  }

  /** When all is quiet and the relay has passed, the cache answers, and with the truth. */
  async function settle({ cache, rendering }: Process) {
    await cache.repair([{ key, version: truth }]);
    await passTime(3_100); // a lease whose owner gave up
    await cache.read(key, () => load(rendering));
    return cache.read(key, () => load(rendering));
  }
}

function titleOf([name, , , , ...args]: Command): string {
  return `${name} ${args.join(' ')}`;
}
