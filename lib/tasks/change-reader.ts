/** Follows the changes of a tenant's tasks, page by page, for as long as its client keeps asking. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type CursorCodec, cursorCodec } from '../http/cursor.ts';
import type { Opener, Resource } from '../http/function.ts';
import { Problem } from '../http/problem.ts';
import { openPostgresql, postgresqlVariables } from '../stores/postgresql.ts';
import { beginning, changesAfter } from './change-feed.ts';
import { instant } from './instant.ts';

export interface ChangePage {
  /** Tasks and tombstones, as JSON texts. */
  readonly items: readonly string[];
  /** Always given: the next page may be empty today. */
  readonly nextCursor: string;
}

export interface ChangeReader extends Resource {
  readonly changes: {
    /** @throws {Problem} 400 for what is no cursor, 410 for one of another epoch, or too old */
    after(tenant: string, query: { limit: number; cursor: string | undefined }): Promise<ChangePage>;
  };
}

/** A tombstone lasts 91 days after the purge: who was at the end within 90 has missed none. */
const longestAbsence = 90 * 24 * 60 * 60 * 1000;

const position = z.object({
  epoch: z.uuid(),
  after: z.tuple([z.string().check(z.regex(/^\d{1,18}$/)), z.uuid()]),
  /** When the client was last at the end, or began. */
  atEnd: instant,
});

/** Cursors of one tenant; they hold a digest of its name. */
function cursorsOf(tenant: string): CursorCodec<typeof position> {
  return cursorCodec(`changes:${createHash('sha256').update(tenant).digest('base64url').slice(0, 16)}`, position);
}

export const changeReader: Opener<typeof postgresqlVariables, ChangeReader> = {
  variables: postgresqlVariables,
  open(environment, telemetry) {
    const db = openPostgresql(environment, telemetry);
    return {
      changes: {
        async after(tenant, { limit, cursor }) {
          const cursors = cursorsOf(tenant);
          const from = cursor === undefined ? undefined : cursors.decode(cursor);
          const {
            epoch,
            now,
            items: found,
          } = await changesAfter(db, {
            tenant,
            after: from?.after ?? beginning,
            limit: limit + 1,
          });
          if (from && (from.epoch !== epoch || Date.parse(now) - Date.parse(from.atEnd) > longestAbsence))
            throw expired();
          const items = found.slice(0, limit);
          const after = items.at(-1)?.position ?? from?.after ?? beginning;
          const atEnd = from && found.length > limit ? from.atEnd : now;
          return {
            items: items.map(({ json }) => json),
            nextCursor: cursors.encode({ epoch, after: [...after], atEnd }),
          };
        },
      },
      close: () => db.close(),
    };
  },
};

function expired(): Problem {
  return new Problem('cursor-expired', { detail: 'This cursor leads nowhere any more: begin again without one.' });
}
