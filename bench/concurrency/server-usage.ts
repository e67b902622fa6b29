/**
 * What the connections to a PostgreSQL server have used of its processor, those that have ended left out. What it does
 * behind them, such as vacuum, comes when it comes: of a second's requests it tells nothing.
 */
import pg from 'pg';
import { processorSeconds } from './process-usage.ts';

export interface ServerUsage extends AsyncDisposable {
  /** Begins to count. @returns the seconds since then */
  begin(): Promise<() => Promise<number>>;
}

/** @param databaseUrl of a server on this machine, as somebody who may see all of its sessions */
export async function openServerUsage(databaseUrl: string): Promise<ServerUsage> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const now = async () => {
    const { rows } = await client.query<{ pid: number }>(
      "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
    );
    return new Map(rows.map(({ pid }) => [pid, secondsOf(pid)]));
  };
  return {
    async begin() {
      const before = await now();
      return async () => {
        let used = 0;
        for (const [pid, seconds] of await now()) used += Math.max(0, seconds - (before.get(pid) ?? 0));
        return used;
      };
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

function secondsOf(pid: number): number {
  try {
    return processorSeconds(pid);
  } catch {
    return 0; // it has ended since it was listed
  }
}
