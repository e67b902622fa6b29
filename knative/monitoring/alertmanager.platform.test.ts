import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAlertmanager } from '../../local/monitoring/alertmanager.ts';
import { monitoringProgram } from '../../local/monitoring/programs.ts';
import type { ThrowAway } from '../../local/monitoring/throw-away.ts';
import { runProgram } from '../../local/run-program.ts';
import { alertmanager, receivers } from './alertmanager.ts';
import { alerts } from './rules.ts';
import { timescale } from './timescale.ts';

const file = `${import.meta.dirname}/alertmanager.yaml`;

describe('the configuration', () => {
  let amtool = '';
  beforeAll(async () => {
    amtool = (await monitoringProgram('amtool')).command;
  });

  test('amtool finds no fault in it', async () => {
    expect(await runProgram(amtool, ['check-config', file])).toMatchObject({ ok: true });
  });

  test.each(alerts)('$name ($severity) reaches who is to be told', async ({ name, severity, labels }) => {
    const labelled = Object.entries({ alertname: name, severity, ...labels }).map(
      ([label, value]) => `${label}=${value}`,
    );
    const wanted = `--verify.receivers=${receivers[severity]}`;
    const asked = ['config', 'routes', 'test', `--config.file=${file}`, wanted, ...labelled];
    expect(await runProgram(amtool, asked)).toMatchObject({ ok: true });
  });
});

/** What each cause silences when both concern get-task. What is not here, it does not. */
const silenced: Readonly<Record<string, readonly string[]>> = {
  PostgresqlUnreachable: [
    ...['ActivitiesParked', 'BackupFailed', 'BackupTooOld', 'CacheHitRateCollapsed', 'ChangeFeedLag', 'DrillFailed'],
    ...['CleanUpTooOld', 'DrillTooOld', 'ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow', 'FunctionFailing'],
    ...['FunctionFailingForHours', 'LogFreshnessBurnFast'],
    ...['LogFreshnessBurnSlow', 'OutboxStuck', 'PanicMode', 'PostgresqlConnectionsNearLimit', 'ReadLatencyBurnFast'],
    ...['ReadLatencyBurnSlow', 'ScaleAtMaximum', 'StoreConnectionsExhausted'],
  ],
  MongodbUnreachable: [
    ...['BackupFailed', 'DrillFailed', 'ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow', 'LogFreshnessBurnFast'],
    ...['LogFreshnessBurnSlow', 'OutboxStuck'],
  ],
  RedisUnreachable: ['CacheBreakerOpen', 'CacheHitRateCollapsed', 'RedisMemoryNearLimit'],
  RelayAbsent: ['LogFreshnessBurnFast', 'LogFreshnessBurnSlow', 'OutboxStuck'],
  FunctionDown: ['FunctionFailing', 'FunctionFailingForHours', 'FunctionWithoutPods', 'RevisionNotReady'],
  FunctionWithoutPods: ['FunctionFailingForHours', 'RevisionNotReady'],
  FunctionFailing: ['FunctionFailingForHours'],
  ErrorBudgetBurnFast: ['ErrorBudgetBurnSlow'],
  ReadLatencyBurnFast: ['ReadLatencyBurnSlow'],
  LogFreshnessBurnFast: ['LogFreshnessBurnSlow'],
  ScaleAtMaximum: ['PanicMode'],
};

describe('of a running Alertmanager', () => {
  let running: ThrowAway;
  beforeAll(async () => {
    const nobody = Object.values(receivers).map(name => ({ name }));
    running = await startAlertmanager(alertmanager(timescale(1), nobody));
  });
  afterAll(() => running[Symbol.asyncDispose]());

  const labelsOf = (name: string, of = 'get-task'): Record<string, string> => {
    const alert = alerts.find(each => each.name === name);
    return { alertname: name, severity: alert?.severity ?? '', function: of, ...alert?.labels };
  };

  async function post(labels: Record<string, string>, state: 'begins' | 'ends'): Promise<void> {
    const now = Date.now();
    const times = { startsAt: new Date(now - 60_000), endsAt: new Date(state === 'begins' ? now + 3_600_000 : now) };
    const answer = await fetch(`${running.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels, annotations: {}, ...times }]),
    });
    expect(answer.status).toBe(200);
  }

  async function known(labels: Record<string, string>) {
    const filters = new URLSearchParams(
      Object.entries(labels).map(([label, value]): [string, string] => ['filter', `${label}="${value}"`]),
    );
    const answer = await fetch(`${running.url}/api/v2/alerts?${filters}`);
    const [found] = (await answer.json()) as { fingerprint: string; status: { inhibitedBy: string[] } }[];
    if (found === undefined) throw new Error(`${labels.alertname} is not known`);
    return { fingerprint: found.fingerprint, inhibitedBy: found.status.inhibitedBy };
  }

  /** The alerts that are silenced while `causes` last, each looked at alone with them. */
  async function silencedBy(causes: readonly Record<string, string>[], targets: readonly Record<string, string>[]) {
    for (const cause of causes) await post(cause, 'begins');
    const fingerprints = await Promise.all(causes.map(async cause => (await known(cause)).fingerprint));
    const found: string[] = [];
    for (const target of targets) {
      await post(target, 'begins');
      const { inhibitedBy } = await known(target); // also what was posted before may still do so for an instant
      if (inhibitedBy.some(each => fingerprints.includes(each))) found.push(target.alertname ?? '');
      await post(target, 'ends');
    }
    for (const cause of causes) await post(cause, 'ends');
    return found;
  }

  const names = alerts.map(({ name }) => name);

  test.each(names)('%s silences what follows from it, and nothing else', async name => {
    const others = names.filter(other => other !== name).map(other => labelsOf(other));
    const found = await silencedBy([labelsOf(name)], others);
    expect(found.sort()).toEqual([...(silenced[name] ?? [])].sort());
  });

  const functions = ['get-task', 'list-activities', 'relay-activities'];
  const causes: readonly { of: string; cause: Record<string, string> }[] = [
    ...functions.flatMap(of => Object.keys(silenced).map(name => ({ of, cause: labelsOf(name, of) }))),
    ...['postgresql', 'mongodb'].map(store => ({ of: 'get-task', cause: { ...labelsOf('Aftermath'), store } })),
  ];

  test.each(causes)('what $cause.alertname of $of silences hides nothing else', async ({ of, cause }) => {
    const others = names.filter(name => name !== cause.alertname).map(name => labelsOf(name, of));
    const alone = await silencedBy([cause], others);
    const consequences = others.filter(({ alertname }) => alone.includes(alertname ?? ''));
    const rest = others.filter(other => !consequences.includes(other));
    expect(await silencedBy([cause, ...consequences], rest)).toEqual([]);
  });

  test('a failing function is paged while the log is away, and its budget silent', async () => {
    const causes = [labelsOf('MongodbUnreachable'), labelsOf('ErrorBudgetBurnFast')];
    expect(await silencedBy(causes, [labelsOf('FunctionFailing', 'create-task')])).toEqual([]);
  });

  test('a page of one function does not wait for that of another to end', async () => {
    const failing = ['get-task', 'list-tasks'].map(of => labelsOf('FunctionFailing', of));
    for (const each of failing) await post(each, 'begins');
    const answer = await fetch(`${running.url}/api/v2/alerts/groups?receiver=${receivers.page}`);
    const groups = (await answer.json()) as { labels: Record<string, string> }[];
    for (const { alertname, function: of } of failing) {
      expect(groups.map(({ labels }) => labels)).toContainEqual({ alertname, function: of });
    }
    for (const each of failing) await post(each, 'ends');
  });

  test('of another function it silences nothing', async () => {
    expect(await silencedBy([labelsOf('FunctionDown')], [labelsOf('FunctionFailing', 'list-tasks')])).toEqual([]);
    expect(await silencedBy([labelsOf('ScaleAtMaximum')], [labelsOf('PanicMode', 'list-tasks')])).toEqual([]);
  });

  test('without the log, only what reads it may fail', async () => {
    const failing = ['list-activities', 'list-tasks'].map(name => labelsOf('FunctionFailing', name));
    expect(await silencedBy([labelsOf('MongodbUnreachable')], failing)).toEqual(['FunctionFailing']);
  });

  test.each([
    [
      'postgresql',
      'ErrorBudgetBurnFast ErrorBudgetBurnSlow LogFreshnessBurnFast LogFreshnessBurnSlow ReadLatencyBurnFast ReadLatencyBurnSlow',
    ],
    ['mongodb', 'ErrorBudgetBurnFast ErrorBudgetBurnSlow LogFreshnessBurnFast LogFreshnessBurnSlow'],
  ])('after %s was away, the budgets that it spent are not told of', async (store, budgets) => {
    const cause = { ...labelsOf('Aftermath'), store };
    const others = names.filter(name => name !== 'Aftermath').map(name => labelsOf(name));
    expect((await silencedBy([cause], others)).sort()).toEqual(budgets.split(' '));
  });

  test('the relay is told to be absent once', async () => {
    const down = labelsOf('FunctionDown', 'relay-activities');
    expect(await silencedBy([labelsOf('RelayAbsent')], [down])).toEqual(['FunctionDown']);
  });
});
