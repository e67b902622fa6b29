/** The API of one test file: its own database, and each function in this process, opened when it is first asked for. */
import { test as base, inject } from 'vitest';
import { freshDatabase } from './database.ts';
import { ownDatabase } from './mongodb-url.ts';
import { type Api, openToAll, serveApi } from './served-api.ts';

export { type Api, functionFor, hosted, type Reply, type RequestOptions } from './served-api.ts';

/**
 * @param changes to the environment that the functions get; an empty value takes a variable away. With a DATABASE_URL no
 * database is made: the API shares that one.
 */
export async function openApi(changes: Readonly<Record<string, string>> = {}): Promise<Api & AsyncDisposable> {
  const database = changes.DATABASE_URL === undefined ? await freshDatabase() : undefined;
  const served = serveApi({ ...environmentOf(), ...(database && { DATABASE_URL: database.url }), ...changes });
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      await database?.drop();
    },
  };
}

/** `api`: one for all tests of a file. */
export const test = base.extend<{ api: Api }>({
  api: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's dependencies from the pattern
    async ({}, use) => {
      await using api = await openApi();
      await use(api);
    },
    { scope: 'file' },
  ],
});

function environmentOf(): Record<string, string> {
  return {
    ...openToAll,
    REDIS_URL: inject('redisUrl'),
    MONGODB_URL: ownDatabase(inject('mongodbUrl')),
  };
}
