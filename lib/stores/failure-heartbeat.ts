/** The sign that a job leaves when it fails; a later success outdates it, as its own heartbeat is younger then. */
import type { Telemetry } from '../observability/telemetry.ts';
import { beat } from './heartbeat.ts';
import { openSession } from './postgresql-session.ts';

export interface Failing {
  readonly databaseUrl: string;
  /** The heartbeat's. */
  readonly name: string;
}

/**
 * Throws what `work` throws. The heartbeat tells the kind of error and not its message, which may name hosts. Without
 * PostgreSQL there is none: that nothing has succeeded for long is noticed all the same.
 */
export async function withFailureHeartbeat<T>(
  { databaseUrl, name }: Failing,
  { log }: Telemetry,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    await leave(databaseUrl, name, reason).catch(cause => log.warn({ error: cause }, 'no heartbeat of the failure'));
    throw error;
  }
}

async function leave(databaseUrl: string, name: string, reason: string): Promise<void> {
  const db = await openSession(databaseUrl, `task-manager ${name}`);
  try {
    await beat(db, name, { reason });
  } finally {
    await db.close();
  }
}
