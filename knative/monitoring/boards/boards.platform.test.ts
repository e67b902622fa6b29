/** The boards' queries on a real Prometheus, which scrapes every function under load: each has something to draw. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { catalogue } from '../../../functions/catalogue.ts';
import { beat } from '../../../lib/stores/heartbeat.ts';
import { backupHeartbeat, drillHeartbeat } from '../../../lib/stores/job-heartbeats.ts';
import { openSession } from '../../../lib/stores/postgresql-session.ts';
import { monitoringProgram } from '../../../local/monitoring/programs.ts';
import { startPrometheus } from '../../../local/monitoring/prometheus.ts';
import type { ThrowAway } from '../../../local/monitoring/throw-away.ts';
import type { StoreKind } from '../../../local/stores/running-store.ts';
import { type RunningSystem, startEphemeral } from '../../../local/testing/running-system.ts';
import { ruleGroups } from '../rules.ts';
import { steadyLoad } from '../testing/steady-load.ts';
import { timescale } from '../timescale.ts';
import { boards } from './boards.ts';
import { annotationsOf, queriesOf } from './queries-of.ts';
import { scaling } from './scaling.ts';
import { unanswered } from './unanswered.ts';

const folder = mkdtempSync(`${tmpdir()}/boards-`);
const opened = new AsyncDisposableStack();
let prometheus: ThrowAway;
beforeAll(async () => {
  const system = opened.use(await startEphemeral());
  await limitRedis(storeUrl(system, 'redis'));
  await pretendJobsRan(storeUrl(system, 'postgresql'));
  opened.use(await steadyLoad(system.url));
  const targets = system.processes().flatMap(({ metrics_url }) => (metrics_url ? [new URL(metrics_url).host] : []));
  prometheus = opened.use(
    await startPrometheus({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rulesFile()],
      scrape_configs: [{ job_name: 'functions', static_configs: [{ targets }] }],
    }),
  );
});
afterAll(async () => {
  await opened.disposeAsync();
  rmSync(folder, { recursive: true, force: true });
});

test.for(boards.filter(board => board !== scaling))('$title', { timeout: 90_000 }, async board => {
  await expect.poll(() => unanswered(prometheus.url, board, '10s'), { timeout: 60_000, interval: 1_000 }).toEqual([]);
});

test('every function that serves can be chosen', async () => {
  const serving = catalogue.filter(({ kind }) => kind !== 'job').map(({ name }) => name);
  const url = `${prometheus.url}/api/v1/label/function/values?match[]=build_info`;
  const chosen = async () => z.object({ data: z.array(z.string()) }).parse(await (await fetch(url)).json()).data;
  await expect.poll(chosen, { timeout: 20_000 }).toEqual(serving.toSorted());
});

test('promtool understands every query', async () => {
  const { command } = await monitoringProgram('promtool');
  const queries = boards.flatMap(board => [...queriesOf(board, '1m').map(({ expr }) => expr), ...annotationsOf(board)]);
  const rules = queries.map((expr, index) => ({ record: `board:query:${index}`, expr }));
  const file = `${folder}/queries.yaml`;
  writeFileSync(file, stringify({ groups: [{ name: 'boards', rules }] }));
  const said = execFileSync(command, ['check', 'rules', file], { encoding: 'utf8' });
  expect(said).toContain(`${queries.length} rules found`);
});

/** The objectives' rules, with minutes for hours, and an alert that fires. */
function rulesFile(): string {
  const firing = { alert: 'Tried', expr: 'vector(1)', labels: { severity: 'ticket', function: 'get-task' } };
  const groups = [...ruleGroups(timescale(1 / 60)), { name: 'tried', rules: [firing] }];
  writeFileSync(`${folder}/rules.yaml`, stringify({ groups }));
  return `${folder}/rules.yaml`;
}

/** Its own: what follows is not done to a store that somebody else runs. */
function storeUrl(system: RunningSystem, name: StoreKind): string {
  const store = system.processes().find(each => each.kind === 'store' && each.name === name);
  if (store === undefined) throw new Error(`${name} is not one of its own`);
  return store.url;
}

async function limitRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.config('SET', 'maxmemory', `${64 * 1024 * 1024}`);
  await redis.quit();
}

/** They leave these when they end. */
async function pretendJobsRan(databaseUrl: string): Promise<void> {
  const db = await openSession(databaseUrl, 'boards');
  try {
    await beat(db, backupHeartbeat, { taken_at: new Date(Date.now() - 3_600_000).toISOString(), bytes: 1_000_000 });
    await beat(db, drillHeartbeat, {});
  } finally {
    await db.close();
  }
}
