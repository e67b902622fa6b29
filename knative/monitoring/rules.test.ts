import { expect, test } from 'vitest';
import { openMetrics } from '../../lib/observability/metrics.ts';
import { documentedValues } from '../../local/testing/documented-metrics.ts';
import { clusterMetrics } from './cluster-metrics.ts';
import { alerts, ruleGroups } from './rules.ts';
import { readBound, slos } from './slos.ts';
import { alertCases } from './testing/alert-cases.ts';
import { blocksOf } from './testing/alert-pages.ts';
import { documentedSeries } from './testing/documented-series.ts';
import { selectorsOf } from './testing/selectors.ts';
import { timescale } from './timescale.ts';

const rules = ruleGroups().flatMap(group => group.rules);
const recorded = rules.flatMap(rule => ('record' in rule ? [rule.record] : []));
const elsewhere = new Set<string>([...recorded, ...Object.values(clusterMetrics).flat()]);

/** Those of the expressions, and those that annotations ask for. */
const selected = rules.flatMap(rule => {
  const asked =
    'annotations' in rule
      ? Object.values(rule.annotations).flatMap(text => [...text.matchAll(/query ("(?:\\.|[^"\\])*")/g)])
      : [];
  return [rule.expr, ...asked.map(([, query = '""']): string => JSON.parse(query))].flatMap(selectorsOf);
});

test('each alert has a name of its own, and a case that tries it', () => {
  const names = alerts.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  const tried = new Set([...alertCases.map(({ alert }) => alert), 'Watchdog']); // which fires in each of them
  expect([...tried].sort()).toEqual(names.toSorted());
});

/** Of the pages on alerts. */
const asked = blocksOf('promql').flatMap(({ text }) => selectorsOf(text));

test('what a rule reads, or a page asks for, is told by functions, by other rules, or by the cluster', () => {
  expect(selected.length).toBeGreaterThan(100);
  const unknown = [...selected, ...asked].filter(
    ({ metric }) => !documentedSeries.has(metric) && !elsewhere.has(metric),
  );
  expect(unknown).toEqual([]);
});

test('what is listed of the cluster is read', () => {
  const read = new Set([...selected, ...asked].map(({ metric }) => metric));
  const listed = Object.values(clusterMetrics).flat();
  expect(listed.filter(metric => !read.has(metric))).toEqual([]);
});

test('rules choose by labels that the metric has, and by values that these take', () => {
  for (const { metric, matchers } of [...selected, ...asked]) {
    const labels = documentedSeries.get(metric);
    if (labels === undefined) continue;
    for (const { label, operator, value } of matchers) {
      expect(labels, `${metric}{${label}}`).toContain(label);
      const values = documentedValues.get(label);
      if (values === undefined || /[.*+]/.test(value)) continue;
      const named = operator.endsWith('~') ? value.split('|') : [value];
      for (const each of named) expect(values, `${metric}{${label}="${each}"}`).toContain(each);
    }
  }
});

test('the bound of reads is a bucket of the histogram: else it is not known how many are faster', async () => {
  const metrics = openMetrics('get-task');
  metrics.request({ route: '/api/tasks/{id}', method: 'GET', status: 200 }, 0.01);
  expect(await metrics.exposition()).toMatch(
    new RegExp(`^http_request_duration_seconds_bucket\\{le="${readBound}",.*\\} 1$`, 'm'),
  );
});

test('an objective leaves a budget', () => {
  for (const { objective } of slos) {
    expect(objective).toBeGreaterThan(0.9);
    expect(objective).toBeLessThan(1);
  }
});

test.for([
  [1, 90, '90s'],
  [1, 300, '5m'],
  [1, 2 * 86_400, '2d'],
  [1 / 60, 300, '5s'],
  [1 / 60, 30, '500ms'],
] as const)('at scale %f, %i seconds are written as %s', ([scale, seconds, written]) => {
  expect(timescale(scale).duration(seconds)).toBe(written);
});
