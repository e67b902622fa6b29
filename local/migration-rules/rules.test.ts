import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkout } from '../checkout.ts';
import { contractions, isDestructive } from './contractions.ts';
import { faultsOf, type MigrationFile } from './rules.ts';

const filesIn = (folder: string): MigrationFile[] =>
  readdirSync(`${checkout}/${folder}`).map(name => ({
    name,
    text: readFileSync(`${checkout}/${folder}/${name}`, 'utf8'),
  }));
const migrations = filesIn('lib/stores/migrations');
const next = 'local/testing/next-release';

const expand = (sql: string) => faultsOf([...migrations, { name: '0998_x.sql', text: `-- Expand\n\n${sql}\n` }]);
const outside = (sql: string) =>
  faultsOf([...migrations, { name: '0998_x.sql', text: `-- Expand, outside a transaction\n\n${sql}\n` }]);

test('every migration expands or contracts, and neither blocks', async () => {
  expect(await faultsOf(migrations)).toEqual([]);
});

test('so do those of the next release, and only one of them is destructive', async () => {
  const all = [...filesIn(`${next}/expand`), ...filesIn(`${next}/contract`)];
  expect(await faultsOf([...migrations, ...all])).toEqual([]);
  const destructive = await Promise.all(all.map(async ({ name, text }) => ((await isDestructive(text)) ? [name] : [])));
  expect(destructive.flat()).toEqual(['9003_created-by.sql']);
});

test('what the beginning took away is told when it is asked', async () => {
  const [, lists] = migrations;
  expect(await contractions(lists?.text.split('-- Down')[0] ?? '')).toEqual(['drops the index tasks_newest']);
});

describe('an expand may', () => {
  test.for([
    'alter table tasks add column estimate integer;',
    "alter table tasks add column kind text not null default 'plain', add column seen_at timestamptz default now();",
    'alter table tasks add column twice integer generated always as (version * 2) virtual;',
    'alter table tasks add column estimate integer; alter table tasks add constraint c check (estimate > 0) not valid;',
    'create table notes (id uuid primary key, body text not null); create index notes_by_body on notes (body);',
    'create table notes (id uuid); alter table notes add column body text not null; drop table notes;',
    "alter type task_status add value 'blocked';",
    'alter table tasks alter column assignee drop not null;',
    'create function f() returns trigger language plpgsql as $$ begin return new; end $$;',
    'create trigger t before insert on tasks for each row execute function f();',
    "insert into heartbeats values ('x', now(), '{}');",
    'grant select on tasks to public;',
    'create function g() returns int language sql return 1; revoke execute on function g() from public;',
  ])('%s', async sql => {
    expect(await expand(sql)).toEqual([]);
    expect(await isDestructive(sql)).toBe(false);
  });
});

describe('an expand may not', () => {
  test.for([
    ['alter table tasks drop column title;', 'drops the column tasks.title'],
    ['revoke update on tasks from public;', 'revokes what others may do to tasks'],
    ['alter table tasks alter column title type varchar(80);', 'changes the type of tasks.title'],
    ['alter table tasks alter column assignee set not null;', 'forbids null in tasks.assignee'],
    ['alter table tasks alter column version drop default;', 'drops the default of tasks.version'],
    ['alter table tasks rename column title to name;', 'renames tasks.title to name'],
    ['alter table tasks rename to jobs;', 'renames tasks to jobs'],
    ["alter type task_status rename value 'pending' to 'open';", 'renames the value pending to open'],
    ['drop table outbox;', 'drops the table outbox'],
    ['drop index tasks_search;', 'drops the index tasks_search'],
    ['drop trigger refuse_erased_tenant on tasks;', 'drops the trigger tasks.refuse_erased_tenant'],
    ['drop function task_words;', 'drops the function task_words'],
    ['alter table outbox drop constraint outbox_action_check;', 'drops the constraint outbox_action_check of outbox'],
    ['alter table tasks add column x text not null;', 'wants tasks.x from revisions that do not know it'],
    ["alter table tasks add constraint c check (title <> '') not valid;", 'narrows tasks by the constraint c'],
    ['create unique index concurrently i on tasks (title);', 'narrows tasks by the unique index i'],
    [
      'create or replace function task_words(t text) returns text language sql as $$ select t $$;',
      'puts another function in the place of one',
    ],
  ] as const)('take away: %s', async ([sql, fault]) => {
    expect(await expand(sql)).toContain(`0998_x ${fault}`);
    expect(await contractions(sql)).toEqual([fault]);
  });

  test.for([
    ['create index i on tasks (title);', 'keeps tasks from being written while i is built: say concurrently'],
    ['alter table tasks alter column title type varchar(80);', 'writes all of tasks anew'],
    ['alter table tasks add column x uuid default gen_random_uuid();', 'fills tasks.x in all rows'],
    ['alter table tasks add column x bigserial;', 'numbers all rows in tasks.x'],
    ['alter table tasks add column x integer generated always as identity;', 'numbers all rows in tasks.x'],
    [
      'alter table tasks add column x integer generated always as (version + 1) stored;',
      'computes tasks.x in all rows',
    ],
    ['alter table tasks add column x integer check (x > 0);', 'looks at all rows for a constraint on tasks.x'],
    [
      'alter table tasks add column x integer; alter table tasks add constraint c check (x > 0);',
      'looks at all rows of tasks for the constraint c',
    ],
    ['alter table tasks add constraint c unique (title);', 'looks at all rows of tasks for the constraint c'],
    [
      'alter table tasks add column x text generated always as (title) stored not null;',
      'computes tasks.x in all rows',
    ],
    ['alter table tasks disable trigger all;', 'does AT_DisableTrigAll to tasks, which is not known to be harmless'],
    ["update tasks set title = 'x';", 'has a statement (UpdateStmt) that is not known to be harmless'],
    ['truncate tasks;', 'has a statement (TruncateStmt) that is not known to be harmless'],
    ['lock table tasks;', 'has a statement (LockStmt) that is not known to be harmless'],
    ['alter table tasks validate constraint c;', 'validates a constraint, which belongs outside a transaction'],
    [
      'create index concurrently i on tasks (title);',
      'does something concurrently, which belongs outside a transaction',
    ],
    ['do $$ begin null; end $$;', 'has a block, which belongs outside a transaction'],
  ] as const)('keep others waiting: %s', async ([sql, fault]) => {
    expect(await expand(sql)).toContain(`0998_x ${fault}`);
  });
});

describe('outside a transaction', () => {
  test.for([
    'drop index concurrently if exists i;\ncreate index concurrently i on tasks (title);',
    'alter table tasks validate constraint c;',
    'do $$ begin loop update tasks set title = title where false; exit when not found; commit; end loop; end $$;',
  ])('may stand: %s', async sql => {
    expect(await outside(sql)).toEqual([]);
  });

  test.for([
    [
      'create index concurrently i on tasks (title);',
      'does not drop what a killed run left of i: drop index concurrently if exists',
    ],
    [
      'drop index concurrently if exists i; create index concurrently i on tasks (title);',
      'does not end each statement with its line',
    ],
    ['alter table tasks add column x text;', 'has a statement outside a transaction that is not safe to repeat'],
    [
      'do $$ begin update tasks set title = title; end $$;',
      'has a statement (UpdateStmt) that is not known to be harmless',
    ],
    ["do $$ begin execute 'drop table tasks'; commit; end $$;", 'executes what is only known when it runs'],
    ['do $$ begin if true then drop table tasks; end if; end $$;', 'drops the table tasks'],
  ] as const)('may not: %s', async ([sql, fault]) => {
    expect(await outside(sql)).toContain(`0998_x ${fault}`);
  });
});

test.for([
  ['-- Up Migration', 'does not say in its first line whether it is to expand or to contract'],
  ['-- Contract', 'does not say in its first line whether it is to expand or to contract'],
  ['-- Contract, unused since 0007_none', 'names 0007_none, which is no migration before it'],
  ['-- Contract, unused since 0998_x', 'names 0998_x, which is no migration before it'],
] as const)('a first line such as %s is a fault', async ([line, fault]) => {
  expect(await faultsOf([...migrations, { name: '0998_x.sql', text: `${line}\n\nselect;\n` }])).toContain(
    `0998_x ${fault}`,
  );
});

test('a contract takes away, and keeps nobody waiting either', async () => {
  const contract = (sql: string) =>
    faultsOf([
      ...migrations,
      { name: '0998_x.sql', text: `-- Contract, unused since 0005_erased-tenants\n\n${sql}\n` },
    ]);
  expect(await contract('alter table tasks drop column assignee;')).toEqual([]);
  expect(await contract('alter table tasks alter column title type text;')).toEqual([
    '0998_x writes all of tasks anew',
  ]);
});
