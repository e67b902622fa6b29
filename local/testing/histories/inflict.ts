/** Breaks and disturbs a world as a plan says; each ends with all as it was. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendNudge } from '../events.ts';
import type { Disturbance, Fault } from './plan.ts';
import type { World } from './world.ts';

/** @param idOf the id of one of the plan's tasks, once it has one */
export async function inflict(
  world: World,
  deed: Disturbance | Fault,
  idOf: (task: number) => Promise<string>,
): Promise<void> {
  const { hosts, redis, postgresql } = world;
  switch (deed.kind) {
    case 'relay passes':
      return sendNudge(hosts[deed.at].api);
    case 'key evicted':
      return evict(redis, await idOf(deed.task)).catch(whileKilled);
    case 'redis flushed':
      return void (await redis.command('flushall').catch(whileKilled));
    case 'statements slow':
      hosts[deed.at].postgresql.slow(deed.delay);
      await sleep(deed.lasts);
      return hosts[deed.at].postgresql.slow(0);
    case 'tasks locked':
      return void (await postgresql.query(
        `begin; lock table tasks in access exclusive mode; select pg_sleep(${deed.lasts / 1_000}); commit`,
      ));
    case 'redis cut':
      return hosts[deed.at].redis.cut();
    case 'redis black-holed':
      await hosts[deed.at].redis.hang();
      await sleep(deed.lasts);
      hosts[deed.at].redis.cut();
      return hosts[deed.at].redis.open();
    case 'redis slow':
    case 'redis too slow':
      hosts[deed.at].redis.slow(deed.delay);
      await sleep(deed.lasts);
      return hosts[deed.at].redis.slow(0);
    case 'redis hangs':
      redis.hang();
      await sleep(deed.lasts);
      return redis.resume();
    case 'redis restarted':
      await redis.kill();
      return redis.startAgain();
  }
}

async function evict(redis: World['redis'], id: string): Promise<void> {
  const keys = await redis.command('keys', `*${id}*`);
  if (Array.isArray(keys) && keys.length > 0) await redis.command('unlink', ...keys.map(String));
}

/** Then it has forgotten all the more. */
function whileKilled(): void {}
