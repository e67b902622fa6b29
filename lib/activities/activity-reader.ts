/** Reads a task's activities from where they are: the outbox first, then the log. */
import * as z from 'zod/mini';
import { cursorCodec } from '../http/cursor.ts';
import type { Opener, Resource } from '../http/function.ts';
import { mongodbVariables, openProcessMongodb } from '../stores/mongodb.ts';
import { openPostgresql, postgresqlVariables, type Queryable } from '../stores/postgresql.ts';
import { Unavailable } from '../stores/unavailable.ts';
import type { Activity } from './activity.ts';
import { type ActivityLog, activityLog } from './activity-log.ts';
import { waitingActivities } from './outbox.ts';

export interface ActivityPage {
  /** Newest first, without a gap. */
  readonly items: readonly Activity[];
  readonly nextCursor: string | null;
}

export interface PageQuery {
  readonly tenant: string;
  readonly taskId: string;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface ActivityReader extends Resource {
  readonly activities: {
    /**
     * @returns undefined when the tenant has no such task
     * @throws {Problem} 400 for a cursor of another list
     * @throws {Unavailable} rather than a page with a hole, or without its newest
     */
    page(query: PageQuery): Promise<ActivityPage | undefined>;
  };
}

const variables = { ...postgresqlVariables, ...mongodbVariables };

export const activityReader: Opener<typeof variables, ActivityReader> = {
  variables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    const mongo = openProcessMongodb(environment, telemetry);
    const log = mongo && activityLog(mongo);
    return {
      activities: { page: query => readPage(db, log, query) },
      close: async () => void (await Promise.all([db.close(), mongo?.close()])),
    };
  },
};

/** Above every version: the column is an integer of four bytes. */
const aboveAll = 2 ** 31 - 1;

/** A page's position: the version that its first activity is below. */
const position = z.int().check(z.minimum(1), z.maximum(aboveAll));

/**
 * Versions have no gap, so a page is known to be whole without asking how many activities there are.
 *
 * The outbox is read before the log: what the relay moves in between is seen twice rather than never.
 */
async function readPage(
  db: Queryable,
  log: ActivityLog | undefined,
  { tenant, taskId, limit, cursor }: PageQuery,
): Promise<ActivityPage | undefined> {
  const cursors = cursorCodec(`activities:${taskId}`, position);
  const before = cursor === undefined ? aboveAll : cursors.decode(cursor);
  const query = { tenant, taskId, before, limit };
  const waiting = await waitingActivities(db, query);
  if (!waiting) return undefined;
  const newest = Math.min(waiting.version, before - 1);
  const wanted = Math.min(limit, newest);

  const items =
    pageOf(waiting.activities, newest, wanted) ??
    pageOf([...waiting.activities, ...((await log?.ofTask(query)) ?? [])], newest, wanted);
  if (!items) throw new Unavailable('mongodb', new Error('the log lacks activities that were acknowledged'));
  return { items, nextCursor: newest > wanted ? cursors.encode(newest - wanted + 1) : null };
}

/** The activities of `count` versions from `newest` downwards; undefined when one is missing. */
function pageOf(activities: readonly Activity[], newest: number, count: number): Activity[] | undefined {
  const byVersion = new Map(activities.map(activity => [activity.version, activity]));
  const items = Array.from({ length: count }, (_, index) => byVersion.get(newest - index));
  return items.every(item => item !== undefined) ? items : undefined;
}
