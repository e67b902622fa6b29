/** The API of one test file: its own database, and each function in this process, opened when it is first asked for. */
import { randomUUID } from 'node:crypto';
import { test as base, inject } from 'vitest';
import { freshDatabase } from './database.ts';
import { type Api, openToAll, serveApi } from './served-api.ts';

export { type Api, functionFor, hosted, type Reply, type RequestOptions } from './served-api.ts';

/** @param changes to the environment that the functions get; an empty value takes a variable away */
export async function openApi(changes: Readonly<Record<string, string>> = {}): Promise<Api & AsyncDisposable> {
  const database = await freshDatabase();
  const served = serveApi({ ...environmentOf(database.url), ...changes });
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      await database.drop();
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

function environmentOf(databaseUrl: string): Record<string, string> {
  return {
    ...openToAll,
    DATABASE_URL: databaseUrl,
    REDIS_URL: inject('redisUrl'),
    MONGODB_URL: ownDatabase(inject('mongodbUrl')),
  };
}

function ownDatabase(mongodbUrl: string): string {
  const url = new URL(mongodbUrl);
  url.pathname = `/test-${randomUUID()}`;
  return url.href;
}
