/** The whole chain, with hours as minutes: stores go, alerts are told to who is meant, and end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir, userInfo } from 'node:os';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { startAlertmanager } from '../../local/monitoring/alertmanager.ts';
import { startPrometheus } from '../../local/monitoring/prometheus.ts';
import type { ThrowAway } from '../../local/monitoring/throw-away.ts';
import { silentProgress } from '../../local/progress.ts';
import { pathWithDumpPrograms } from '../../local/stores/dump-programs.ts';
import { freshDatabase } from '../../local/testing/database.ts';
import { documentedMetrics } from '../../local/testing/documented-metrics.ts';
import { type Gate, gateTo } from '../../local/testing/gate.ts';
import { runJob } from '../../local/testing/job.ts';
import { direct, ownDatabase } from '../../local/testing/mongodb-url.ts';
import { startEphemeral } from '../../local/testing/running-system.ts';
import { throwAwayRedis } from '../../local/testing/throw-away-redis.ts';
import { alertmanager, receivers } from './alertmanager.ts';
import { ruleGroups } from './rules.ts';
import { slos } from './slos.ts';
import { type Notified, openNotified } from './testing/notified.ts';
import { selectorsOf } from './testing/selectors.ts';
import { steadyLoad } from './testing/steady-load.ts';
import { timescale } from './timescale.ts';

/** A minute is a second, an hour a minute. */
const time = timescale(1 / 60);

/** How fast reads are here is about this machine, and about what else it does. */
const groups = ruleGroups(time).map(group => ({
  ...group,
  rules: group.rules.filter(rule => !('alert' in rule && rule.alert.startsWith('ReadLatencyBurn'))),
}));

/** Two seconds without the processor are two minutes here: before what runs beside it, where that is allowed. */
if (userInfo().uid === 0) setPriority(-10);

const folder = mkdtempSync(`${tmpdir()}/live-alerts-`);
const opened = new AsyncDisposableStack();
let gates: Record<'postgresql' | 'redis' | 'mongodb', Gate>;
let prometheus: ThrowAway;
let notified: Notified;
beforeAll(async () => {
  const database = await freshDatabase();
  opened.defer(database.drop);
  const redis = opened.use(await throwAwayRedis());
  gates = {
    postgresql: opened.use(await gateTo(database.url)),
    redis: opened.use(await gateTo(redis.url)),
    mongodb: opened.use(await gateTo(direct(ownDatabase(inject('mongodbUrl'))))),
  };
  for (const gate of Object.values(gates)) await gate.open();
  const stores = {
    DATABASE_URL: gates.postgresql.url,
    REDIS_URL: gates.redis.url,
    MONGODB_URL: gates.mongodb.url,
  };
  const system = opened.use(await startEphemeral(stores));
  const backup = { ...stores, BACKUP_DIR: `${folder}/backups`, PATH: await pathWithDumpPrograms(silentProgress) };
  expect(await runJob('back-up', backup)).toMatchObject({ code: 0 });

  notified = opened.use(await openNotified());
  const told = opened.use(await startAlertmanager(alertmanager(time, notified.receivers)));
  writeFileSync(`${folder}/rules.yaml`, stringify({ groups }));
  const static_configs = system
    .processes()
    .flatMap(({ name, metrics_url }) =>
      metrics_url ? [{ targets: [new URL(metrics_url).host], labels: { function: name } }] : [],
    );
  prometheus = opened.use(
    await startPrometheus(
      {
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '500ms' },
        rule_files: [`${folder}/rules.yaml`],
        scrape_configs: [{ job_name: 'functions', honor_labels: true, static_configs }],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(told.url).host] }] }] },
      },
      '--rules.alert.resend-delay=1s',
    ),
  );
  opened.use(await steadyLoad(system.url));
  // Before its first scrape Prometheus misses the relay, and may say so.
  await vi.waitUntil(isSettled, { timeout: 60_000, interval: 500 });
});
afterAll(async () => {
  await opened.disposeAsync();
  rmSync(folder, { recursive: true });
});

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function query(expression: string): Promise<readonly Series[]> {
  const answer = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
  const { data } = (await answer.json()) as { data: { result: readonly Series[] } };
  return data.result;
}

async function firing(): Promise<readonly string[]> {
  const found = await query('group by (alertname) (ALERTS{alertstate="firing",severity=~"page|ticket"})');
  return found.map(({ metric }) => metric.alertname ?? '').sort();
}

/** What was told since so many notifications; not that the watchdog is well. */
function toldSince(count: number, status: 'firing' | 'resolved'): readonly string[] {
  const since = notified.notifications.slice(count).filter(each => each.receiver !== receivers.watchdog);
  return [...new Set(since.filter(each => each.status === status).map(each => `${each.receiver}: ${each.alert}`))];
}

/** Those that were told of, and not of their end. */
function lasting(): readonly string[] {
  const ended = toldSince(0, 'resolved');
  return toldSince(0, 'firing').filter(each => !ended.includes(each));
}

/** Everything is measured, and what was told of is over. */
async function isSettled(): Promise<boolean> {
  const measured = await query('slo:bad_events:ratio_rate1h');
  return measured.length === slos.length && (await firing()).length === 0 && lasting().length === 0;
}

test('under load, with all stores there, every rule has what it reads, and nobody is told anything', async () => {
  const ofFunctions = new Set(documentedMetrics.map(({ name }) => name));
  const read = ruleGroups()
    .flatMap(({ rules }) => rules)
    .flatMap(({ expr }) => selectorsOf(expr))
    .map(({ metric }) => metric);
  const named = [...new Set(read)].filter(metric => ofFunctions.has(metric.replace(/_(count|bucket|sum)$/, '')));
  expect(named.length).toBeGreaterThan(20);
  for (const metric of named) {
    await expect.poll(() => query(metric), { timeout: 20_000, message: metric }).not.toEqual([]);
  }
  const before = notified.notifications.length;
  const heard = () => notified.notifications.slice(before).filter(({ alert }) => alert === 'Watchdog');
  await expect.poll(() => heard().length, { timeout: 30_000 }).toBeGreaterThan(1);
  expect(await firing()).toEqual([]);
  expect(toldSince(before, 'firing')).toEqual([]);
});

test.each([
  { store: 'redis', told: 'tickets: RedisUnreachable', alsoFires: [] },
  { store: 'mongodb', told: 'pager: MongodbUnreachable', alsoFires: ['ErrorBudgetBurnFast', 'LogFreshnessBurnFast'] },
  { store: 'postgresql', told: 'pager: PostgresqlUnreachable', alsoFires: ['ErrorBudgetBurnFast'] },
] as const)('$store goes: $told, and nothing that follows from it', async ({ store, told, alsoFires }) => {
  const before = notified.notifications.length;
  await gates[store].shut();
  await expect.poll(() => toldSince(before, 'firing'), { timeout: 30_000 }).toEqual([told]);
  for (const consequence of alsoFires) {
    await expect.poll(firing, { timeout: 30_000 }).toContain(consequence); // it is silenced, not absent
  }
  await gates[store].open();
  await expect.poll(() => toldSince(before, 'resolved'), { timeout: 60_000 }).toEqual([told]);
  expect(toldSince(before, 'firing')).toEqual([told]);
  const { annotations } = notified.notifications.slice(before).find(({ alert }) => told.endsWith(alert)) ?? {};
  expect(annotations?.since).toMatch(/^\d{4}-/);
});
