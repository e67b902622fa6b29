/** The tasks in the cache: as what, and by which rendering. */
import { createHash } from 'node:crypto';
import type { CacheAside } from '../cache/cache-aside.ts';
import type { Entry } from '../cache/entry.ts';
import { type cacheVariables, openProcessCache } from '../cache/process-cache.ts';
import type { Environment } from '../environment.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import type { StoredTask } from './repository.ts';
import { taskJson } from './task-sql.ts';

/** Revisions share the cache: this tells their bodies apart, and changes by itself when the SQL does that renders them. */
const rendering = createHash('sha256').update(taskJson('task')).digest('hex').slice(0, 12);

export function openTaskCache(environment: Environment<typeof cacheVariables>, telemetry: Telemetry): CacheAside {
  return openProcessCache(environment, telemetry, rendering);
}

/** What a reader may know of a task: nothing, while it is in the trash. */
export function taskEntry({ version, trashed, json }: StoredTask): Entry {
  return { version, body: trashed ? undefined : json };
}
