import { expect, onTestFinished, test } from 'vitest';
import { type Api, openApi } from '../../local/testing/api.ts';
import { asSuperuser } from '../../local/testing/as-superuser.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { migrationsFolder } from '../../local/testing/migrations-folder.ts';
import { migrate } from './migrate.ts';
import { grantedRoles, groupOf } from './roles.ts';

async function database(
  template?: string,
): Promise<{ url: string; run(statement: string): ReturnType<typeof asSuperuser> }> {
  const { url, drop } = await freshDatabase(template);
  onTestFinished(drop);
  return { url, run: statement => asSuperuser(url, statement) };
}

const may = (role: string, table: string, privilege: string) =>
  `select has_table_privilege('${role}', '${table}', '${privilege}') as may`;

test('what a role was granted by hand it loses; who is none of ours keeps it', async () => {
  const { url, run } = await database();
  const stranger = `stranger_${new URL(url).pathname.slice(6)}`;
  await run(`create role ${stranger}`);
  onTestFinished(async () => {
    await run(`drop owned by ${stranger}`);
    await run(`drop role ${stranger}`);
  });
  await run(`grant delete on tasks to task_manager_writer, ${stranger}`);
  await run('grant update (actor) on outbox to task_manager_writer');
  expect(await run(may('task_manager_writer', 'tasks', 'delete'))).toEqual([{ may: true }]);
  await migrate(url);
  expect(await run(may('task_manager_writer', 'tasks', 'delete'))).toEqual([{ may: false }]);
  expect(await run(`select has_any_column_privilege('task_manager_writer', 'outbox', 'update') as may`)).toEqual([
    { may: false },
  ]);
  expect(await run(may(stranger, 'tasks', 'delete'))).toEqual([{ may: true }]);
});

test('a table of a later migration is backed up, and nobody else has it before a revision says so', async () => {
  const { url, run } = await database('template0');
  using folder = migrationsFolder({ '0001_one': 'create table one (id integer generated always as identity);' });
  await migrate(url, { folder: folder.path });
  const readers = grantedRoles.map(groupOf).map(async role => {
    const [found] = await run(may(role, 'one', 'select'));
    return found?.may ? [role] : [];
  });
  expect((await Promise.all(readers)).flat()).toEqual(['task_manager_back_up']);
});

test('a revision that was rolled back to takes nothing from the newer one', async () => {
  const { url, run } = await database('template0');
  using older = migrationsFolder({ '0001_one': 'create table one ();' });
  using newer = migrationsFolder({ '0001_one': 'create table one ();', '0002_two': 'create table two ();' });
  expect(await migrate(url, { folder: newer.path })).toMatchObject({ roles: 'granted' });
  await run('grant insert on two to task_manager_writer'); // as the newer one has it
  expect(await migrate(url, { folder: older.path })).toMatchObject({ roles: 'left' });
  expect(await run(may('task_manager_writer', 'two', 'insert'))).toEqual([{ may: true }]);
});

test('a database without roles gets them under load, and both revisions go on', { timeout: 60_000 }, async () => {
  const { url, run } = await database();
  for (const role of grantedRoles.map(groupOf)) await run(`drop owned by ${role}`);
  await run('drop function open_transactions');
  await run("delete from migrations where name = '0007_open-transactions'");
  const everything = await loginOfEverything(url);
  await using old = await openApi({ DATABASE_URL: everything, REDIS_URL: '' });
  await using young = await openApi({
    DATABASE_URL: url,
    REDIS_URL: '',
    MONGODB_URL: old.environment.MONGODB_URL ?? '',
  });

  await using before = useOf(old);
  await before.more(3);
  expect(await migrate(url)).toMatchObject({ run: ['0007_open-transactions'], roles: 'granted' });
  await using after = useOf(young);
  await Promise.all([before.more(3), after.more(3)]);
  expect(await migrate(url)).toMatchObject({ run: [], roles: 'granted' });
  await Promise.all([before.more(3), after.more(3)]);
  expect([await before.end(), await after.end()]).toEqual([[], []]);
});

/** As the one role that there was before: it has everything, and none of ours. */
async function loginOfEverything(url: string): Promise<string> {
  const own = new URL(url);
  own.username = `everything_${own.pathname.slice(6)}`;
  await asSuperuser(url, `create role ${own.username} superuser login password '${own.password}'`);
  onTestFinished(async () => void (await asSuperuser(url, `drop role ${own.username}`)));
  return own.href;
}

/** Clients that make, read, change, list and trash tasks until they are ended. */
function useOf(api: Api) {
  const failures: string[] = [];
  let rounds = 0;
  let going = true;

  async function expectOk(method: string, path: string, body?: unknown): Promise<string> {
    const { status, text, json } = await api.request(method, path, { ...(body !== undefined && { body }) });
    if (status >= 300) failures.push(`${method} ${path}: ${status} ${text}`);
    return json?.id ?? '';
  }

  async function use(): Promise<void> {
    for (; going; rounds += 1) {
      const id = await expectOk('POST', '/api/tasks', { title: 'made' });
      await expectOk('PATCH', `/api/tasks/${id}`, { title: 'changed' });
      await expectOk('GET', `/api/tasks/${id}`);
      await expectOk('GET', `/api/tasks/${id}/activities`);
      await expectOk('GET', '/api/tasks?limit=5');
      await expectOk('DELETE', `/api/tasks/${id}`);
    }
  }

  const clients = Array.from({ length: 2 }, use);
  async function end(): Promise<readonly string[]> {
    going = false;
    await Promise.all(clients);
    return failures;
  }
  return {
    async more(count: number): Promise<void> {
      const enough = rounds + count;
      await expect.poll(() => rounds, { timeout: 20_000 }).toBeGreaterThanOrEqual(enough);
    },
    end,
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}
