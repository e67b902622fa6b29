/**
 * npm run bench:concurrency -- [--functions get-task,…] [--rounds 3] [--seconds 1] [--levels 1,2,…]: how many requests at
 * once one process answers before they wait for each other, and what memory that takes: docs/scaling/concurrency.md.
 *
 * Each function has core 0 for itself, as far as taskset can give it; the stores and the requests come from core 1. Rounds
 * take turns between all functions and all levels, so that whatever else the machine does meets all alike.
 */
import { parseArgs } from 'node:util';
import { connectionsPerPod } from '../knative/environment.ts';
import { needs } from '../knative/resources.ts';
import { describeFailure } from '../local/failure.ts';
import { buildWhenStale } from '../local/fresh-build.ts';
import { letGo } from '../local/leash.ts';
import { printedProgress } from '../local/progress.ts';
import { copyOfDatabase } from '../local/testing/copy-of-database.ts';
import { startFunction } from '../local/testing/function-process.ts';
import { ownDatabase } from '../local/testing/mongodb-url.ts';
import { startThrowAwayStores } from '../local/testing/throw-away-stores.ts';
import { type Load, loads, titleOf } from './concurrency/loads.ts';
import { type Measured, measure, type Subject } from './concurrency/measure.ts';
import { pin } from './concurrency/pin.ts';
import { residentMemory } from './concurrency/process-usage.ts';
import { reportAll, reportFunction } from './concurrency/report.ts';
import { openServerUsage, type ServerUsage } from './concurrency/server-usage.ts';
import { openStock, type Stock } from './concurrency/supply.ts';

const { values } = parseArgs({
  options: {
    functions: { type: 'string', default: loads.map(({ name }) => name).join() },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1' },
    levels: { type: 'string', default: '1,2,5,10,20,40,80,160' },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const chosen = loads.filter(({ name }) => values.functions.split(',').includes(name));

const levels = values.levels.split(',').map(Number);
const levelsOf = ({ kind }: Load) => levels.filter(level => kind !== 'largest' || level <= 40); // more would be gigabytes

/** Requests a second that no function reaches, when each uses a task up. */
const fastest = 4_000;

const cores = { function: 0, rest: 1 };

/** As Node sets itself in a container that has the memory of a function's. */
const heap = `--max-old-space-size=${needs.function.limit} --max-semi-space-size=1`;

interface Found extends Subject {
  /** MiB, before anything was asked. */
  readonly idle: number;
  readonly measured: Measured[];
}

const closing = new AsyncDisposableStack();
try {
  const progress = printedProgress(line => void process.stdout.write(line));
  await progress.step('build', buildWhenStale, outcome => outcome);
  if (!(await pin(process.pid, cores.rest))) progress.note('cores', 'not kept apart: there is no taskset here');
  const stores = await startThrowAwayStores(progress);
  closing.defer(stores.stop);
  const database = await copyOfDatabase(stores.postgresqlUrl, stores.templateDatabase);
  closing.defer(database.drop);
  const mongodbUrl = ownDatabase(stores.mongodbUrl);
  const stock = closing.use(await openStock(database.url, mongodbUrl));
  const server = closing.use(await openServerUsage(database.url));

  const environment = {
    AUTH_MODE: 'disabled',
    RATE_LIMIT_PER_MINUTE: '1000000',
    DATABASE_URL: database.url,
    DATABASE_CONNECTIONS: String(connectionsPerPod),
    REDIS_URL: stores.redisUrl,
    MONGODB_URL: mongodbUrl,
    NODE_OPTIONS: heap,
  };
  const all: Found[] = [];
  for (const load of chosen) all.push(await start(load, environment));
  const warm = async () => {
    for (const found of all) await play(found, { stock, server }, levelsOf(found.load).slice(2, 5));
  };
  await progress.step('warm up', warm, () => 'done');
  const round = async () => {
    for (const found of all) found.measured.push(...(await play(found, { stock, server }, levelsOf(found.load))));
  };
  for (let number = 1; number <= rounds; number += 1)
    await progress.step(`round ${number}`, round, () => `of ${rounds}`);

  const figures = all.map(({ load, idle, measured }) => ({ title: titleOf(load), idle, measured }));
  for (const each of figures) reportFunction(each);
  reportAll(figures);
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await closing.disposeAsync();
  await letGo();
}

async function start(load: Load, { REDIS_URL, ...environment }: Record<string, string>): Promise<Found> {
  const cache: Record<string, string> = load.kind === 'uncached' || REDIS_URL === undefined ? {} : { REDIS_URL };
  const { pid, url } = closing.use(await startFunction(load.name, { ...environment, ...cache }));
  if (pid === undefined) throw new Error(`${load.name} has no process`);
  await pin(pid, cores.function);
  return { load, url, pid, core: cores.function, idle: residentMemory(pid), measured: [] };
}

async function play(
  subject: Subject,
  { stock, server }: { readonly stock: Stock; readonly server: ServerUsage },
  concurrencies: readonly number[],
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const concurrency of concurrencies) {
    if (subject.load.usesUp) await stock.refill(subject.load.usesUp, fastest * seconds);
    measured.push(await measure(subject, { supply: stock.supply, server }, { concurrency, seconds }));
  }
  return measured;
}
