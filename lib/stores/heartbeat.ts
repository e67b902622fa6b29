/** Signs of life of what no request can ask: it sleeps, ends, or talks to a store that others do not. */
import type { Queryable } from './postgresql.ts';

export interface Heartbeat {
  /** Seconds since it was written. */
  readonly age: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export async function beat(db: Queryable, name: string, detail: Record<string, unknown>): Promise<void> {
  await db.query({
    name: 'beat',
    text: `
      insert into heartbeats (name, at, detail) values ($1, clock_timestamp(), $2)
      on conflict (name) do update set at = excluded.at, detail = excluded.detail`,
    values: [name, JSON.stringify(detail)],
  });
}

export async function lastBeat(db: Queryable, name: string): Promise<Heartbeat | undefined> {
  const [found] = await db.query<{ age: number; detail: Record<string, unknown> }>({
    name: 'last-beat',
    text: 'select extract(epoch from clock_timestamp() - at)::float8 as age, detail from heartbeats where name = $1',
    values: [name],
  });
  return found;
}
