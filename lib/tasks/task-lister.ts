/** Lists tasks, page by page. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type CursorCodec, cursorCodec } from '../http/cursor.ts';
import type { Opener, Resource } from '../http/function.ts';
import { Problem } from '../http/problem.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { TooSlow } from '../stores/unavailable.ts';
import { instant } from './instant.ts';
import { priorities } from './task.ts';
import { keyOf, type Sort, type SortKey, type TaskFilter, type TaskListQuery } from './task-filter.ts';
import { listTasks } from './task-list.ts';

export interface TaskPage {
  /** JSON texts. */
  readonly items: readonly string[];
  readonly nextCursor: string | null;
}

export interface TaskLister extends Resource {
  readonly tasks: {
    /** @throws {Problem} 400 for a cursor of another filter or sort; 503 when the query takes over 2 s */
    list(tenant: string, query: TaskListQuery): Promise<TaskPage>;
  };
}

/** Milliseconds; a filter that no index serves is cut. */
const statementLimit = 2_000;

export const taskLister: Opener<typeof postgresqlVariables, TaskLister> = {
  variables: postgresqlVariables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry, statementLimit);
    return {
      tasks: {
        async list(tenant, { sort, limit, cursor, ...filter }) {
          const cursors = cursorsOf(tenant, filter, sort);
          const after = cursor === undefined ? undefined : cursors.decode(cursor);
          const found = await listTasks(db, { tenant, filter, sort, after, limit: limit + 1 }).catch(error => {
            throw error instanceof TooSlow ? tooSlow(filter, sort, error) : error;
          });
          const items = found.slice(0, limit);
          const last = items.at(-1);
          const more = found.length > limit && last !== undefined;
          return {
            items: items.map(({ json }) => json),
            nextCursor: more ? cursors.encode([last.sort_key, last.id]) : null,
          };
        },
      },
      close: () => db.close(),
    };
  },
};

const keys = {
  created_at: instant,
  updated_at: instant,
  due_at: z.nullable(instant),
  priority: z.enum(priorities),
} as const satisfies Record<SortKey, z.ZodMiniType>;

/** Cursors of one tenant and filter in one sort. They hold a digest of both, not what they say. */
function cursorsOf(
  tenant: string,
  filter: TaskFilter,
  sort: Sort,
): CursorCodec<z.ZodMiniType<readonly [string | null, string]>> {
  const canonical = Object.entries(filter)
    .map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value])
    .toSorted();
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, canonical]))
    .digest('base64url')
    .slice(0, 16);
  return cursorCodec(`tasks:${sort}:${digest}`, z.tuple([keys[keyOf(sort)], z.uuid()]));
}

function tooSlow(filter: TaskFilter, sort: Sort, cause: TooSlow): Problem {
  const asked = [...Object.keys(filter), `sort=${sort}`].join(', ');
  const detail = `Listing by ${asked} took over 2 s: narrow the filter, or sort by something else.`;
  return new Problem('query-too-slow', { detail, headers: { 'retry-after': '1' } }, cause);
}
