/** The named lists over a million tasks of one tenant: each reads what it answers, not what there is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod/mini';
import { parseQuery } from '../lib/http/query.ts';
import type { Queryable, Statement } from '../lib/stores/postgresql.ts';
import { anyOf, taskListQuery } from '../lib/tasks/task-filter.ts';
import { type ListedTask, listTasks, type Position } from '../lib/tasks/task-list.ts';
import { startPostgresql } from './stores/postgresql.ts';
import type { RunningStore } from './stores/running-store.ts';
import { type NamedQuery, namedQueries, searches } from './testing/named-queries.ts';
import { migrateAsOwner } from './testing/owner.ts';
import { throwAwayFolder } from './throw-away-folder.ts';

const tasks = 1_000_000;
/** Blocks of 8 KiB that a page of 21 may read: some for each branch, row and lookup, whatever there is. */
const fewBlocks = 1_500;

let store: RunningStore;
let client: pg.Client;

beforeAll(async () => {
  store = await startPostgresql({
    folder: `${throwAwayFolder()}/postgresql`,
    settings: { fsync: 'off', full_page_writes: 'off', maintenance_work_mem: '512MB', max_wal_size: '4GB' },
  });
  await migrateAsOwner(store.url);
  client = new pg.Client({ connectionString: store.url });
  await client.connect();
  await fill();
});
afterAll(async () => {
  await client?.end();
  await store?.stop();
});

/** Skewed as work is: most of it is done, most of it is nobody's or a few people's, few words are rare. */
async function fill(): Promise<void> {
  const { rows } = await client.query<{ indexname: string; indexdef: string }>(
    "select indexname, indexdef from pg_indexes where tablename = 'tasks' and indexname <> 'tasks_pkey'",
  );
  await client.query(`drop index ${rows.map(({ indexname }) => indexname).join(', ')}`);
  await client.query(`
    insert into tasks (tenant, title, description, status, priority, labels, assignee, due_at, created_by, created_at, updated_at, deleted_at)
    select 'one', 'release ' || n || case when n % 250000 = 1 then ' needle' || n / 250000 else '' end, 'of the product',
      (case when dice < 0.88 then 'completed' when dice < 0.93 then 'pending' when dice < 0.97 then 'in_progress' else 'cancelled' end)::task_status,
      (case when other < 0.03 then 'critical' when other < 0.15 then 'high' when other < 0.75 then 'medium' else 'low' end)::task_priority,
      array['label-' || floor(20 * other * other)],
      case when n % 5 > 0 then 'user-' || floor(200 * dice * other) end,
      case when n % 3 > 0 then timestamptz '2024-01-01 00:00:00Z' + n * interval '85 seconds' + dice * interval '60 days' end,
      'me', timestamptz '2024-01-01 00:00:00Z' + n * interval '80 seconds', timestamptz '2024-01-01 00:00:00Z' + n * interval '81 seconds',
      case when n % 50 = 0 then now() end
    from (select n, random() as dice, random() as other from generate_series(1, ${tasks}) as n) as numbers`);
  for (const { indexdef } of rows) await client.query(indexdef);
  await client.query('vacuum analyze tasks');
}

interface Asked {
  readonly named: NamedQuery;
  readonly after?: Position | undefined;
  readonly limit: number;
}

/** The rows that the function would get, and the statements that it would send for them. */
async function list({ named, after, limit }: Asked): Promise<{ rows: ListedTask[]; statements: Statement[] }> {
  const { values } = parseQuery(named.query, anyOf);
  const { sort, limit: _, cursor, ...filter }: z.output<typeof taskListQuery> = taskListQuery.parse(values);
  const statements: Statement[] = [];
  const db: Queryable = {
    query: async <Row extends pg.QueryResultRow>(statement: Statement) => {
      statements.push(statement);
      return (await client.query<Row>(statement.text, [...statement.values])).rows;
    },
  };
  const rows = await listTasks(db, { tenant: 'one', filter, sort, after, limit });
  return { rows, statements };
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

async function planOf({ text, values }: Statement): Promise<{ blocks: number; indexes: string[]; nodes: string[] }> {
  const { rows } = await client.query(`explain (analyze, buffers, format json) ${text}`, [...values]);
  const root: Plan = rows[0]['QUERY PLAN'][0].Plan;
  const all = flatten(root);
  return {
    blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    indexes: all.flatMap(plan => plan['Index Name'] ?? []),
    nodes: all.map(plan => plan['Node Type']),
  };
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}

describe.for([...namedQueries, ...searches])('$name', named => {
  test('the first page and a deep one come from an index, and read few blocks', async () => {
    const { rows } = await list({ named, limit: 20_000 });
    const deep = rows.at(Math.floor(rows.length * 0.9)) ?? rows.at(-1);
    expect(deep).toBeDefined();
    for (const after of [undefined, deep && ([deep.sort_key, deep.id] as const)]) {
      const { statements } = await list({ named, after, limit: 21 });
      const plans = [];
      for (const statement of statements) plans.push(await planOf(statement));
      expect(plans.flatMap(({ nodes }) => nodes)).not.toContain('Seq Scan');
      expect(plans.flatMap(({ indexes }) => indexes)).toContain(named.index);
      expect(plans.reduce((sum, { blocks }) => sum + blocks, 0)).toBeLessThan(fewBlocks);
    }
  });
});

test('the page of the documentation tells these, and no others', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../docs/list-queries.md'), 'utf8');
  const told = [...page.matchAll(/^\| (.*?) \| `(.*?)` \| (.*?) \|$/gm)].map(([, name, query, index]) => ({
    name,
    query,
    index,
  }));
  const expected = [...namedQueries, ...searches].map(({ name, query, index }) => ({
    name,
    query: `?${query}`,
    index,
  }));
  expect(told).toEqual(expected);
});
