/**
 * npm run bench:back-up -- [--megabytes 10,100,1000] [--bucket]: how much memory a backup takes, and a restore, while the
 * data grow. Half of the data are tasks, half are activities in the log; nothing in them can be compressed by much.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { activityLog } from '../lib/activities/activity-log.ts';
import { openMongodb } from '../lib/stores/mongodb.ts';
import { describeFailure } from '../local/failure.ts';
import { buildWhenStale } from '../local/fresh-build.ts';
import { printedProgress } from '../local/progress.ts';
import { startFakeGcs } from '../local/stores/fake-gcs.ts';
import { copyOfDatabase } from '../local/testing/copy-of-database.ts';
import { type EndedJob, startJob } from '../local/testing/job.ts';
import { startThrowAwayStores, type ThrowAwayStores } from '../local/testing/throw-away-stores.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';

const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '10,100,1000' }, bucket: { type: 'boolean', default: false } },
});

/** Characters of each task's description; half a byte of noise each. */
const described = 8_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const columns = ['data', 'backup', 'back-up', 'peak', 'restore', 'peak'];
const row = (cells: readonly string[]) => say(cells.map(cell => cell.padStart(10)).join(''));

try {
  const progress = printedProgress(line => void process.stdout.write(line));
  await progress.step('build', buildWhenStale, outcome => outcome);
  const stores = await startThrowAwayStores(progress);
  const folder = throwAwayFolder();
  mkdirSync(`${folder}/backups`);
  const gcs = values.bucket ? await startFakeGcs(`${folder}/gcs`, ['backups']) : undefined;
  const place: Record<string, string> = gcs
    ? { BACKUP_BUCKET: 'backups', STORAGE_API_ENDPOINT: gcs.url }
    : { BACKUP_DIR: `${folder}/backups` };
  row(columns);
  for (const megabytes of values.megabytes.split(',').map(Number)) row(await measure(stores, place, megabytes));
  await gcs?.stop();
  await stores.stop();
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

async function measure(stores: ThrowAwayStores, place: Record<string, string>, megabytes: number): Promise<string[]> {
  const full = await databaseIn(stores, stores.templateDatabase, `full_${megabytes}`);
  await fill(full, Math.ceil((megabytes * 1_000_000) / (2 * described)));
  const backUp = await peakOf('back-up', { ...full.environment, ...place });
  const { manifest } = backUp.told['backed up'];
  await full.drop();

  const empty = await databaseIn(stores, 'template0', `empty_${megabytes}`);
  const restored = await peakOf('restore', { ...empty.environment, ...place }, 'latest');
  await empty.drop();
  const stored = (manifest.postgresql.bytes + manifest.activities.bytes) / 1_000_000;
  return [`${megabytes} MB`, `${stored.toFixed(0)} MB`, ...told(backUp), ...told(restored)];
}

interface OwnStores {
  readonly environment: Readonly<Record<'DATABASE_URL' | 'MONGODB_URL', string>>;
  drop(): Promise<void>;
}

async function databaseIn(
  { postgresqlUrl, mongodbUrl }: ThrowAwayStores,
  template: string,
  name: string,
): Promise<OwnStores> {
  const { url, drop } = await copyOfDatabase(postgresqlUrl, template);
  const log = new URL(mongodbUrl);
  log.pathname = `/${name}`;
  const environment = { DATABASE_URL: url, MONGODB_URL: log.href };
  const dropLog = async () => {
    const mongo = openMongodb(log.href, { patience: 600_000 });
    await mongo.reached(() => mongo.db.dropDatabase());
    await mongo.close();
  };
  return { environment, drop: async () => void (await Promise.all([drop(), dropLog()])) };
}

/** Tasks of one version, each with its activity in the log. */
async function fill({ environment }: OwnStores, tasks: number): Promise<void> {
  const client = new pg.Client({ connectionString: environment.DATABASE_URL });
  await client.connect();
  const mongo = openMongodb(environment.MONGODB_URL);
  const log = activityLog(mongo);
  const together = 500;
  for (let made = 0; made < tasks; made += together) {
    const { rows } = await client.query(
      `insert into tasks (tenant, title, description, status, priority, labels, created_by, created_at, updated_at)
       select 'local', 'task ' || number,
         (select string_agg(md5(random()::text || piece + number), '') from generate_series(1, ${described / 32}) as piece),
         'pending', 'low', '{}', 'me', now(), now()
       from generate_series($1::int, $2::int) as number
       returning uuidv7() as id, id as task_id, description`,
      [made + 1, Math.min(made + together, tasks)],
    );
    const common = { tenant: 'local', action: 'created', actor: 'me', request_id: 'r', version: 1 } as const;
    const at = new Date().toISOString();
    await log.fill(
      rows.map(({ id, task_id, description }) => ({
        ...common,
        ...{ id, task_id, at, changes: { description: { from: null, to: description } } },
      })),
    );
  }
  await client.end();
  await mongo.close();
}

interface Measured extends EndedJob {
  readonly seconds: number;
  readonly peak: number;
}

async function peakOf(
  name: string,
  environment: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Measured> {
  const begun = performance.now();
  const job = startJob(name, environment, ...args);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMemory(job.pid));
  }, 20);
  const ended = await job.ended;
  clearInterval(watch);
  if (ended.code !== 0) throw new Error(`${name} ended with ${ended.code}: ${ended.stderr}`);
  return { ...ended, peak, seconds: (performance.now() - begun) / 1_000 };
}

/** The most that a process has had in memory, in MB. */
function peakMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0; // it has just ended
  }
}

function told({ seconds, peak }: Measured): string[] {
  return [`${seconds.toFixed(1)} s`, `${peak.toFixed(0)} MB`];
}
