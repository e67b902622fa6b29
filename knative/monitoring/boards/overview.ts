/** The first look: what clients are owed and get, how fast the budgets go, what fires, which store answers. */
import { badRatio, type Window } from '../burn-rates.ts';
import { runbookUrl } from '../links.ts';
import { budgetDays, freshnessBound, readBound, type Slo, sloOf, slos } from '../slos.ts';
import { board } from './board.ts';
import { figure } from './figure.ts';
import { lines } from './lines.ts';
import { errorShare, quantile, rate } from './promql.ts';
import { states } from './states.ts';
import { table } from './table.ts';

/** api-root answers whatever bots ask for, and its /health a 503 on purpose: the objectives leave it out, too. */
const api = 'route=~"/api/.+"';
const requests = rate(`http_request_duration_seconds_count{${api}}`);
const reads = `{${api}, method=~"GET|HEAD"}`;

/** The alerts on a budget, by how fast it goes. */
const burnAlerts: Readonly<Record<Slo['name'], readonly string[]>> = {
  availability: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
  'read-latency': ['ReadLatencyBurnFast', 'ReadLatencyBurnSlow'],
  'log-freshness': ['LogFreshnessBurnFast', 'LogFreshnessBurnSlow'],
};

const short: Readonly<Record<Slo['name'], string>> = {
  availability: 'Availability',
  'read-latency': `Reads within ${readBound * 1000} ms`,
  'log-freshness': `Log within ${freshnessBound} s`,
};

/** A burn rate pages over the first two and writes a ticket over the others. */
const burnWindows: readonly Window[] = ['1h', '6h', '1d', '3d'];

const share = (slo: Slo) => Number((1 - slo.objective).toPrecision(6));
const remaining = (slo: Slo) => `slo:error_budget_remaining:ratio${budgetDays}d{slo="${slo.name}"}`;

function kept(slo: Slo) {
  return figure({
    title: `${short[slo.name]}, ${budgetDays} days`,
    description: `${slo.title}; ${slo.objective * 100} % have to be. Red: the promise is broken for these ${budgetDays} days. Ship nothing risky until it is kept again.`,
    unit: 'percentunit',
    decimals: 3,
    bounds: { worse: 'below', bad: slo.objective },
    alerts: burnAlerts[slo.name],
    queries: [{ expr: `1 - (1 - ${remaining(slo)}) * ${share(slo)}`, legend: short[slo.name] }],
  });
}

function budgetLeft(slo: Slo) {
  return figure({
    title: `${short[slo.name]}: budget left`,
    description: `What is left of the failures that ${budgetDays} days allow. Yellow: less than a quarter. Below zero the promise is broken.`,
    unit: 'percentunit',
    decimals: 1,
    bounds: { worse: 'below', warn: 0.25, bad: 0 },
    alerts: burnAlerts[slo.name],
    queries: [{ expr: remaining(slo), legend: short[slo.name] }],
  });
}

function burnRate(slo: Slo) {
  return lines({
    title: `${short[slo.name]}: burn rate`,
    description:
      'How fast the budget goes; at 1 it lasts exactly its time. 14.4 over an hour or 6 over six hours wakes somebody, 3 over a day or 1 over three days writes a ticket.',
    unit: 'none',
    decimals: 1,
    bounds: { worse: 'above', warn: 1, bad: 14.4 },
    upTo: 2,
    alerts: burnAlerts[slo.name],
    queries: burnWindows.map(window => ({
      expr: `${badRatio(window)}{slo="${slo.name}"} / ${share(slo)}`,
      legend: `over ${window}`,
    })),
  });
}

export const overview = board({
  uid: 'overview',
  title: 'Overview',
  description: 'What clients are owed and get, how fast the budgets go, what fires, which store answers.',
  rows: [
    { title: 'Objectives', columns: 8, height: 4, panels: [...slos.map(kept), ...slos.map(budgetLeft)] },
    {
      title: 'Now',
      columns: 12,
      height: 8,
      panels: [
        table({
          title: 'Firing',
          description:
            'Alerts that fire now. A page wakes somebody; a ticket is for the next working day. Each has its page in the runbooks. The watchdog always fires, so that its silence is noticed, and is left out.',
          labels: { severity: 'Severity', alertname: 'Alert', function: 'Function', slo: 'Objective' },
          linked: { heading: 'Alert', url: runbookUrl('$' + '{__value.raw}') },
          nothing: 'Nothing fires',
          columns: [
            {
              heading: 'Series',
              unit: 'none',
              expr: 'count by (severity, alertname, function, slo) (ALERTS{alertstate="firing", severity=~"page|ticket"})',
            },
          ],
        }),
        states({
          title: 'Stores',
          description:
            'Whether each store answers the relay. Without PostgreSQL there are no writes; without Redis reads are slower; without MongoDB activities wait in the outbox. No bar: the relay itself is gone, or its environment does not name the store.',
          named: { 0: { text: 'down', is: 'bad' }, 1: { text: 'up', is: 'good' } },
          alerts: ['PostgresqlUnreachable', 'RedisUnreachable', 'MongodbUnreachable', 'RelayAbsent'],
          queries: [{ expr: 'max by (store) (store_up)', legend: '{{store}}' }],
        }),
      ],
    },
    { title: 'How fast the budgets go', columns: 8, height: 9, panels: slos.map(burnRate) },
    {
      title: 'Traffic of the API',
      columns: 8,
      height: 9,
      panels: [
        lines({
          title: 'Requests by status',
          description:
            'Answers per second. 5xx count against availability; many 4xx with few 2xx tell of a client that does something wrong, or of a release that refuses what it took before.',
          unit: 'reqps',
          drawn: 'stacked',
          meaning: { '2xx': 'good', '3xx': 'fair', '4xx': 'doubtful', '5xx': 'bad' },
          alerts: ['FunctionFailing'],
          queries: [{ expr: `sum by (status) (${requests})`, legend: '{{status}}' }],
        }),
        lines({
          title: 'Share of 5xx',
          description:
            'Of all answers of the API, by function. Above the line the budget of availability is spent faster than it comes back. One function alone: its code or its release; all of them: a store that they share.',
          unit: 'percentunit',
          bounds: { worse: 'above', bad: share(sloOf('availability')) },
          upTo: 0.002,
          alerts: ['FunctionFailing', 'ErrorBudgetBurnFast'],
          queries: [{ expr: errorShare(`{${api}}`), legend: '{{function}}' }],
        }),
        lines({
          title: 'Latency of reads',
          description: `The time that half, 95 % and 99 % of reads do not exceed. The 99th above the line, ${readBound * 1000} ms, breaks the promise on reads: look whether the cache still hits, then at PostgreSQL.`,
          unit: 's',
          bounds: { worse: 'above', bad: readBound },
          upTo: readBound,
          alerts: ['ReadLatencyBurnFast'],
          queries: [0.5, 0.95, 0.99].map(part => ({
            expr: quantile(part, 'http_request_duration_seconds', reads),
            legend: `p${part * 100}`,
          })),
        }),
      ],
    },
  ],
});
