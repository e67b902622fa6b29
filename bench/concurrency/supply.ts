/** The tasks that are there to be asked for. */
import pg from 'pg';
import { activityLog } from '../../lib/activities/activity-log.ts';
import { openMongodb } from '../../lib/stores/mongodb.ts';

export interface Supply {
  /** One of those that stay. */
  some(): string;
  /** One that nobody has asked for yet. @throws when there is none left */
  another(): string;
}

export interface Stock extends AsyncDisposable {
  readonly supply: Supply;
  /** Makes so many that can be used up; those that are left over are forgotten. */
  refill(kind: 'tasks' | 'trashed tasks', count: number): Promise<void>;
}

const staying = 2_000;

export async function openStock(databaseUrl: string, mongodbUrl: string): Promise<Stock> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const mongo = openMongodb(mongodbUrl);

  /** Each of one version. */
  const make = async (count: number, deletedAt: 'null' | 'now()') => {
    const { rows } = await client.query<{ id: string }>(
      `insert into tasks (tenant, title, description, status, priority, labels, created_by, created_at, updated_at, deleted_at)
       select 'local', 'task ' || number, repeat('What is to be done. ', 10), 'pending', 'medium', '{release}', 'anonymous',
         now(), now(), ${deletedAt}
       from generate_series(1, $1::int) as number
       returning id`,
      [count],
    );
    return rows.map(({ id }) => id);
  };
  const ids = await make(staying, 'null');
  await client.query('analyze tasks');
  const log = activityLog(mongo);
  await log.prepare();
  const common = { tenant: 'local', action: 'created', actor: 'anonymous', request_id: 'r', version: 1 } as const;
  const at = new Date().toISOString();
  await log.fill(ids.map(id => ({ ...common, id, task_id: id, at, changes: { title: { from: null, to: 'task' } } })));
  await mongo.close();

  let unused: string[] = [];
  return {
    supply: {
      some: () => ids[Math.floor(Math.random() * ids.length)] ?? '',
      another() {
        const id = unused.pop();
        if (id === undefined) throw new Error('the tasks that were made for this level are used up');
        return id;
      },
    },
    async refill(kind, count) {
      unused = await make(count, kind === 'tasks' ? 'null' : 'now()');
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
