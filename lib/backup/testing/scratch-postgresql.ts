/** A PostgreSQL server of a test file's own, beside the one that is backed up; it ends with the file's tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll } from 'vitest';
import { startPostgresql } from '../../../local/stores/postgresql.ts';
import type { RunningStore } from '../../../local/stores/running-store.ts';

export async function scratchPostgresql(): Promise<RunningStore> {
  const folder = mkdtempSync(`${tmpdir()}/scratch-`);
  const server = await startPostgresql({ folder, settings: { fsync: 'off' } });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return server;
}
