/**
 * Who is told of what. Secrets are files of one Secret that the operator mounts; none is in here.
 *
 * A page is one kind of breakage of one function: another kind, or another function, that breaks meanwhile wakes somebody
 * again. A ticket is one kind of breakage, with all the functions it concerns.
 */
import { catalogue } from '../../functions/catalogue.ts';
import { day, hour, minute, type Timescale, timescale } from './timescale.ts';

/** Has the keys pager-routing-key, chat-url and dead-mans-switch-token. */
export const secretName = 'task-manager-alertmanager';
const secrets = `/etc/alertmanager/secrets/${secretName}`; // where the operator mounts it

export const receivers = { page: 'pager', ticket: 'tickets', watchdog: 'dead-mans-switch', none: 'nobody' } as const;

export interface Matched {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal?: readonly string[];
}

/** Clients of these get a 5xx without MongoDB; events wait. */
const needingMongodb = catalogue.filter(({ kind, stores }) => kind !== 'job' && stores.includes('mongodb'));

const ofOneThatIsDown = ['FunctionWithoutPods', 'FunctionFailing', 'FunctionFailingForHours', 'RevisionNotReady'];

/**
 * What follows from a cause is not told beside it. A ticket never silences a page. What is silenced silences still, so a
 * cause has to name all that its consequences silence: else a failure of its own would be hidden by one that nobody is told.
 */
export const inhibitions: readonly Matched[] = [
  { source_matchers: ['severity="page"', 'slo=~".+"'], target_matchers: ['severity="ticket"'], equal: ['slo'] },
  silences('PostgresqlUnreachable', [
    ...['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow', 'ReadLatencyBurnFast', 'ReadLatencyBurnSlow', 'FunctionFailing'],
    ...['FunctionFailingForHours', 'CleanUpTooOld'],
    ...['LogFreshnessBurnFast', 'LogFreshnessBurnSlow', 'OutboxStuck', 'ChangeFeedLag', 'ActivitiesParked'],
    ...['StoreConnectionsExhausted', 'PostgresqlConnectionsNearLimit', 'CacheHitRateCollapsed'],
    ...['BackupFailed', 'BackupTooOld', 'DrillFailed', 'DrillTooOld', 'PanicMode', 'ScaleAtMaximum'],
  ]),
  { source_matchers: ['alertname="Aftermath"', 'store="postgresql"'], target_matchers: ['slo=~".+"'] },
  {
    source_matchers: ['alertname="Aftermath"', 'store="mongodb"'],
    target_matchers: ['slo=~"availability|log-freshness"'],
  },
  silences('MongodbUnreachable', [
    ...['LogFreshnessBurnFast', 'LogFreshnessBurnSlow', 'OutboxStuck'],
    ...['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow', 'BackupFailed', 'DrillFailed'],
  ]),
  {
    source_matchers: ['alertname="MongodbUnreachable"'],
    target_matchers: [
      'alertname=~"FunctionFailing|FunctionFailingForHours"',
      `function=~"${needingMongodb.map(({ name }) => name).join('|')}"`,
    ],
  },
  silences('RedisUnreachable', ['CacheBreakerOpen', 'CacheHitRateCollapsed', 'RedisMemoryNearLimit']),
  silences('RelayAbsent', ['OutboxStuck', 'LogFreshnessBurnFast', 'LogFreshnessBurnSlow']),
  {
    source_matchers: ['alertname="RelayAbsent"'],
    target_matchers: [`alertname=~"FunctionDown|${ofOneThatIsDown.join('|')}"`, 'function="relay-activities"'],
  },
  { ...silences('FunctionDown', ofOneThatIsDown), equal: ['function'] },
  { ...silences('FunctionWithoutPods', ['FunctionFailingForHours', 'RevisionNotReady']), equal: ['function'] },
  { ...silences('FunctionFailing', ['FunctionFailingForHours']), equal: ['function'] },
  { ...silences('ScaleAtMaximum', ['PanicMode']), equal: ['function'] },
];

function silences(cause: string, consequences: readonly string[]): Matched {
  return {
    source_matchers: [`alertname="${cause}"`],
    target_matchers: [`alertname=~"${consequences.join('|')}"`],
  };
}

function routeIn(time: Timescale) {
  return {
    receiver: receivers.ticket, // also for what other rules of the cluster find
    group_by: ['alertname'],
    group_wait: time.duration(5 * minute),
    group_interval: time.duration(30 * minute),
    repeat_interval: time.duration(3 * day),
    routes: [
      {
        receiver: receivers.watchdog,
        matchers: ['severity="watchdog"'],
        group_wait: '0s',
        group_interval: time.duration(minute),
        repeat_interval: time.duration(5 * minute),
      },
      { receiver: receivers.none, matchers: ['severity="none"'] },
      {
        // A cause and its consequences begin within a minute or two of each other: the wait lets the cause come first.
        receiver: receivers.page,
        matchers: ['severity="page"'],
        group_by: ['alertname', 'function'],
        group_wait: time.duration(minute),
        group_interval: time.duration(5 * minute),
        repeat_interval: time.duration(4 * hour),
      },
    ],
  };
}

const first = '(index .Alerts 0).Annotations';

export const pagerduty = {
  routing_key_file: `${secrets}/pager-routing-key`,
  send_resolved: true,
  description: `{{ ${first}.summary }}`, // all that a telephone shows
  details: {
    what: '{{ range .Alerts }}{{ .Annotations.summary }}. {{ .Annotations.description }}\n{{ end }}',
    since: `{{ ${first}.since }}`,
  },
  links: [
    { href: `{{ ${first}.runbook_url }}`, text: 'What to do' },
    { href: `{{ ${first}.dashboard_url }}`, text: 'Board' },
  ],
};

const addressees = [
  { name: receivers.none },
  {
    name: receivers.page,
    pagerduty_configs: [pagerduty],
  },
  {
    name: receivers.ticket,
    slack_configs: [
      {
        api_url_file: `${secrets}/chat-url`,
        channel: '#task-manager-alerts',
        send_resolved: true,
        title: '{{ .CommonLabels.alertname }}: {{ .Status }}',
        text: '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\nSince {{ .Annotations.since }}. <{{ .Annotations.runbook_url }}|What to do> · <{{ .Annotations.dashboard_url }}|Board>\n{{ end }}',
      },
    ],
  },
  {
    // A service outside that calls somebody when it is not called for some minutes.
    name: receivers.watchdog,
    webhook_configs: [
      {
        url: 'https://dead-mans-switch.task-manager.example/task-manager',
        send_resolved: false,
        http_config: { authorization: { credentials_file: `${secrets}/dead-mans-switch-token` } },
      },
    ],
  },
];

/** @param told the receivers, by the names that the routes use; a test has its own */
export function alertmanager(time: Timescale = timescale(1), told: readonly object[] = addressees) {
  return { route: routeIn(time), inhibit_rules: inhibitions, receivers: told };
}
