import { readdirSync } from 'node:fs';
import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, test } from 'vitest';
import { documentedValues } from '../../../local/testing/documented-metrics.ts';
import { clusterMetrics } from '../cluster-metrics.ts';
import { knativeMetrics } from '../knative-metrics.ts';
import { runbookUrl } from '../links.ts';
import { alerts, ruleGroups } from '../rules.ts';
import { documentedSeries } from '../testing/documented-series.ts';
import { selectorsOf } from '../testing/selectors.ts';
import { boards } from './boards.ts';
import { datasource } from './datasource.ts';
import { annotationsOf, expressionsOf, panelsOf, queriesOf } from './queries-of.ts';

const recorded = ruleGroups().flatMap(group => group.rules.flatMap(rule => ('record' in rule ? [rule.record] : [])));
const elsewhere = new Set<string>([...recorded, ...clusterMetrics.prometheus, ...knativeMetrics]);

test('each has a uid of its own, and is written beside its source', () => {
  const uids = boards.map(({ uid }) => uid);
  expect(new Set(uids).size).toBe(boards.length);
  const files = readdirSync(import.meta.dirname).filter(name => name.endsWith('.json'));
  expect(files.toSorted()).toEqual(uids.map(uid => `${uid}.json`).toSorted());
});

describe.each(boards.map(board => ({ title: board.title ?? '', board })))('$title', ({ board }) => {
  const panels = panelsOf(board);
  const asked = [...queriesOf(board, '1m').map(({ expr }) => expr), ...annotationsOf(board)];
  const selected = asked.flatMap(selectorsOf);

  test('is of a schema that Grafana 12 reads, and Grafana keeps its hands off it', () => {
    expect(board).toMatchObject({
      schemaVersion: 42,
      editable: false,
      tags: ['task-manager'],
      uid: expect.stringMatching(/^[a-z-]{1,40}$/),
    });
    expect(board.description).not.toBe('');
  });

  test('every panel has an id, a place, and says what it is', () => {
    const all = board.panels ?? [];
    expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index + 1));
    for (const { title, description, fieldConfig, targets = [], datasource: asked } of panels) {
      expect({ title, description }, title).toEqual({
        title: expect.stringMatching(/^\S/),
        description: expect.stringMatching(/^\S.{19}/),
      });
      expect(fieldConfig?.defaults.unit, title).toMatch(/^\w/);
      expect(targets.length, title).toBeGreaterThan(0);
      expect([asked, ...targets.map(target => 'datasource' in target && target.datasource)], title).toEqual(
        Array.from({ length: targets.length + 1 }, () => datasource),
      );
    }
  });

  test('no panel lies upon another, or outside the 24 columns', () => {
    const taken = new Map<string, string>();
    for (const { gridPos, title = '' } of board.panels ?? []) {
      const place = gridPos ?? { x: 0, y: 0, w: 0, h: 0 };
      expect(place.w * place.h, title).toBeGreaterThan(0);
      expect(place.x + place.w, title).toBeLessThanOrEqual(24);
      for (const cell of cells(place)) {
        expect(taken.get(cell), `${title} at ${cell}`).toBeUndefined();
        taken.set(cell, title);
      }
    }
  });

  test('asks only for metrics that there are', () => {
    expect(asked.filter(expr => selectorsOf(expr).length === 0)).toEqual([]);
    expect(selected.filter(({ metric }) => !documentedSeries.has(metric) && !elsewhere.has(metric))).toEqual([]);
  });

  test('chooses by labels that these have, and by values that these take', () => {
    const choices = selected.flatMap(({ metric, matchers }) => matchers.map(matcher => ({ metric, ...matcher })));
    const mistaken = choices.filter(
      ({ metric, label, value }) =>
        documentedSeries.get(metric)?.includes(label) === false || unknownValues(label, value).length > 0,
    );
    expect(mistaken).toEqual([]);
  });

  test('uses its variables, and no others', () => {
    const variables = (board.templating?.list ?? []).map(({ name }) => name);
    const used = panels
      .flatMap(expressionsOf)
      .flatMap(expr => [...expr.matchAll(/\$([a-z_]\w*)/gi)].map(([, name = '']) => name));
    expect(new Set(['datasource', ...used].filter(name => !name.startsWith('__')))).toEqual(new Set(variables));
  });

  test('links to runbooks of alerts that there are', () => {
    const runbooks = new Set(alerts.map(({ name }) => runbookUrl(name)));
    for (const { links = [], title } of panels) {
      for (const { url } of links) expect(runbooks, title).toContain(url);
    }
  });
});

/** Of the alternatives that a matcher names; a pattern is not looked at. */
function unknownValues(label: string, value: string): readonly string[] {
  const values = documentedValues.get(label);
  return values === undefined || /[.*+]/.test(value) ? [] : value.split('|').filter(each => !values.includes(each));
}

function* cells({ x, y, w, h }: GridPos): Iterable<string> {
  for (let column = x; column < x + w; column += 1) {
    for (let row = y; row < y + h; row += 1) yield `${column}, ${row}`;
  }
}

test('what is listed of Knative is asked for', () => {
  const asked = new Set(
    boards
      .flatMap(board => queriesOf(board, '1m'))
      .flatMap(({ expr }) => selectorsOf(expr).map(({ metric }) => metric)),
  );
  expect(knativeMetrics.filter(metric => !asked.has(metric))).toEqual([]);
});
