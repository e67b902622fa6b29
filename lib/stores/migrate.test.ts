import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { migrate } from './migrate.ts';

async function emptyDatabase(): Promise<string> {
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: inject('postgresqlUrl') });
  await admin.connect();
  await admin.query(`create database ${name} template template0`);
  onTestFinished(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });
  const url = new URL(inject('postgresqlUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

test('run twice at once, one does the work and the other waits and finds nothing to do', async () => {
  const url = await emptyDatabase();
  const [one, other, third] = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  const lengths = [one, other, third].map(({ run }) => run.length).toSorted();
  expect(lengths.slice(0, 2)).toEqual([0, 0]);
  expect(lengths[2]).toBeGreaterThan(0);
  expect(await migrate(url)).toEqual({ run: [], newer: [] });
});
