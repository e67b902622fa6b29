/** Lists tasks, page by page. */
import * as z from 'zod/mini';
import { cursorCodec } from '../http/cursor.ts';
import type { Opener, Resource } from '../http/function.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { instant } from './instant.ts';
import { newestTasks } from './repository.ts';

export interface TaskPage {
  /** JSON texts. */
  readonly items: readonly string[];
  readonly nextCursor: string | null;
}

export interface TaskLister extends Resource {
  readonly tasks: {
    /** @throws {Problem} 400 for a cursor of another list */
    newest(query: { tenant: string; limit: number; cursor: string | undefined }): Promise<TaskPage>;
  };
}

const cursors = cursorCodec('tasks:-created_at', z.tuple([instant, z.uuid()]));

export const taskLister: Opener<typeof postgresqlVariables, TaskLister> = {
  variables: postgresqlVariables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    return {
      tasks: {
        async newest({ tenant, limit, cursor }) {
          const after = cursor === undefined ? undefined : cursors.decode(cursor);
          const found = await newestTasks(db, { tenant, after, limit: limit + 1 });
          const items = found.slice(0, limit);
          const last = items.at(-1);
          const more = found.length > limit && last !== undefined;
          return {
            items: items.map(({ json }) => json),
            nextCursor: more ? cursors.encode([last.created_at.toISOString(), last.id]) : null,
          };
        },
      },
      close: () => db.close(),
    };
  },
};
