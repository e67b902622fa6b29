/** GET /api/changes: the tasks that were created, changed, trashed, restored or purged since a cursor. */
import { http } from '@google-cloud/functions-framework';
import { page } from '../../lib/http/answer.ts';
import { endpoint } from '../../lib/http/endpoint.ts';
import { changeReader } from '../../lib/tasks/change-reader.ts';
import { contract } from './contract.ts';

export const listChanges = endpoint(contract, changeReader, async ({ tenant, query, changes }) => {
  const { items, nextCursor } = await changes.after(tenant, { limit: query.limit, cursor: query.cursor });
  return page(items, nextCursor);
});

http(contract.name, listChanges);
