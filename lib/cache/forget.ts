/** Removes keys by what is in their names: for an erasure, never on a request's way. */
import type { GuardedRedis } from './guarded-redis.ts';

/**
 * @param part stands somewhere in the names of the keys, literally
 * @returns how many there were; undefined when Redis did not answer to the end
 */
export async function forgetKeys(redis: GuardedRedis, part: string): Promise<number | undefined> {
  const session = redis.session() ?? (await redis.firstSession());
  if (!session) return undefined;
  const pattern = `*${part.replace(/[\\*?[\]^-]/g, '\\$&')}*`;
  let cursor = '0';
  let forgotten = 0;
  do {
    const page = await redis.run(session, ['scan', cursor, 'match', pattern, 'count', 1_000]);
    const found = typeof page === 'string' ? undefined : scanned(page.reply);
    if (!found) return undefined;
    cursor = found.cursor;
    if (found.keys.length > 0 && typeof (await redis.run(session, ['unlink', ...found.keys])) === 'string')
      return undefined;
    forgotten += found.keys.length;
  } while (cursor !== '0');
  return forgotten;
}

function scanned(reply: unknown): { cursor: string; keys: string[] } | undefined {
  if (!Array.isArray(reply) || !Array.isArray(reply[1])) return undefined;
  return { cursor: String(reply[0]), keys: reply[1].map(String) };
}
