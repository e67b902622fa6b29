/** npm run back-up | restore | rewind | reconstruct-activities | drill | erase-tenant [-- arguments]: a job, with what it needs here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { checkout, localFolder } from './checkout.ts';
import { describeFailure, Failure } from './failure.ts';
import { URL_VARIABLES } from './function-environment.ts';
import { keepOnLeash, letGo, unleash } from './leash.ts';
import type { RunningProcess } from './process-list.ts';
import { printedProgress } from './progress.ts';
import { onStopSignals } from './stop-signals.ts';
import { databaseOf } from './stores/databases.ts';
import { pathWithDumpPrograms } from './stores/dump-programs.ts';
import { startMongodb } from './stores/mongodb.ts';
import { startPostgresql } from './stores/postgresql.ts';
import type { RunningStore, StoreKind } from './stores/running-store.ts';
import { throwAwayFolder } from './throw-away-folder.ts';

type Environment = Readonly<Record<string, string>>;

/** Those that run PostgreSQL's programs. */
const ofBackups: readonly string[] = ['back-up', 'restore', 'drill'];
const localBackups = `${localFolder}/backups`;

/** What this command was started with; to find scratch servers, some of it is taken out of process.env. */
const given = { ...process.env };
const progress = printedProgress(line => void process.stdout.write(line));
const [name = '', ...args] = process.argv.slice(2);
const scratch: RunningStore[] = [];
let running: ChildProcess | undefined;
let stopped = false;
onStopSignals({
  stop() {
    stopped = true;
    running?.kill('SIGTERM');
  },
  hurry: () => running?.kill('SIGKILL'),
});
try {
  const environment = { ...backupsOf(process.env), ...storesOf(name, process.env) };
  process.exitCode = await runWith(environment);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await Promise.all(scratch.map(store => store.stop()));
  await letGo();
}

async function runWith(environment: Environment): Promise<number> {
  if (!ofBackups.includes(name)) return runJob(name, environment, args);
  const withPrograms = { ...environment, PATH: await pathWithDumpPrograms(progress) };
  if (name !== 'drill') return runJob(name, withPrograms, args);
  if (environment.BACKUP_DIR === localBackups) {
    const backedUp = await runJob('back-up', withPrograms, []);
    if (backedUp !== 0) return backedUp;
  }
  return runJob('drill', { ...withPrograms, ...(await scratchStores()) }, args);
}

function backupsOf({ BACKUP_BUCKET, BACKUP_DIR }: NodeJS.ProcessEnv): Environment {
  if (BACKUP_BUCKET || BACKUP_DIR) return {};
  progress.note('backups', localBackups);
  return { BACKUP_DIR: localBackups };
}

/** Those that npm start runs, for a job that works on a running system; what a restore writes into has to be named. */
function storesOf(job: string, { DATABASE_URL }: NodeJS.ProcessEnv): Environment {
  if (DATABASE_URL || job === 'restore' || job === 'rewind') return {};
  const path = `${localFolder}/processes.json`;
  try {
    const processes: RunningProcess[] = JSON.parse(readFileSync(path, 'utf8'));
    const found = processes.filter(({ kind }) => kind === 'store');
    progress.note('stores', `those of npm start (${path})`);
    return Object.fromEntries(
      found.map(({ name: store, url }) => [
        URL_VARIABLES[store as StoreKind],
        store === 'postgresql' ? databaseOf(job, url) : url,
      ]),
    );
  } catch {
    throw new Failure(
      `running ${job}`,
      'no DATABASE_URL is given, and npm start does not run here',
      `npm start, and this again beside it; or name the stores, as the processes.json of another start lists them: DATABASE_URL=… MONGODB_URL=… npm run ${job}`,
    );
  }
}

/** Servers of their own, thrown away afterwards. */
async function scratchStores(): Promise<Environment> {
  const { SCRATCH_DATABASE_URL, SCRATCH_MONGODB_URL } = process.env;
  if (SCRATCH_DATABASE_URL) return { SCRATCH_DATABASE_URL, ...(SCRATCH_MONGODB_URL && { SCRATCH_MONGODB_URL }) };
  for (const variable of Object.values(URL_VARIABLES)) delete process.env[variable]; // the live ones
  const folder = throwAwayFolder();
  const postgresql = await progress.step(
    'scratch',
    () => startPostgresql({ folder: `${folder}/postgresql`, progress }),
    ({ program }) => program,
  );
  scratch.push(postgresql);
  const mongodb = await progress.step(
    'scratch',
    () => startMongodb({ folder: `${folder}/mongodb`, progress }),
    store => store?.program ?? 'no MongoDB',
  );
  if (mongodb) scratch.push(mongodb);
  return { SCRATCH_DATABASE_URL: postgresql.url, ...(mongodb && { SCRATCH_MONGODB_URL: mongodb.url }) };
}

async function runJob(job: string, environment: Environment, argv: readonly string[]): Promise<number> {
  if (stopped) return 128 + constants.signals.SIGTERM;
  const child = spawn(process.execPath, [`${checkout}/functions/${job}/index.ts`, ...argv], {
    stdio: 'inherit',
    env: { ...given, ...environment },
  });
  running = child;
  const { pid } = child;
  if (pid !== undefined) keepOnLeash(pid, 'TERM');
  const [code, signal] = await once(child, 'exit');
  if (pid !== undefined) unleash(pid);
  return signal === null ? code : 128 + constants.signals[signal as NodeJS.Signals];
}
