import { expect, test } from 'vitest';
import { inhibitions } from './alertmanager.ts';
import { alerts } from './rules.ts';

/** It silences what the page silenced that it remembers. */
const memory = 'Aftermath';

/** The alerts that a list of matchers may choose. */
function chosen(matchers: readonly string[]): readonly { name: string; severity: string }[] {
  return alerts.filter(({ name, severity, labels }) =>
    matchers.every(matcher => {
      const [, label = '', operator, value = ''] = /^(\w+)(=~?)"(.*)"$/.exec(matcher) ?? [];
      const pattern = operator === '=' ? value : `^(${value})$`;
      const known: Readonly<Record<string, string>> = { alertname: name, severity, ...labels };
      const has = known[label];
      if (has === undefined) return label === 'function' || (label === 'store' && name === memory); // which only the series knows
      return operator === '=' ? has === value : new RegExp(pattern).test(has);
    }),
  );
}

test('what silences, and what is silenced, is there', () => {
  const names = alerts.map(({ name }) => name);
  for (const { source_matchers, target_matchers } of inhibitions) {
    for (const matcher of [...source_matchers, ...target_matchers]) {
      const [, list] = /^alertname=~?"(.*)"$/.exec(matcher) ?? [];
      for (const name of list?.split('|') ?? []) expect(names).toContain(name);
    }
  }
});

test('only a page silences a page, or the memory of one', () => {
  for (const { source_matchers, target_matchers } of inhibitions) {
    const pagesSilenced = chosen(target_matchers).filter(({ severity }) => severity === 'page');
    if (pagesSilenced.length === 0) continue;
    const sources = chosen(source_matchers).filter(({ name }) => name !== memory);
    expect(sources.filter(({ severity }) => severity !== 'page')).toEqual([]);
  }
});

test('nothing that silences another is silenced by it', () => {
  const pairs = inhibitions.flatMap(({ source_matchers, target_matchers }) =>
    chosen(source_matchers).flatMap(({ name: source }) =>
      chosen(target_matchers).map(({ name: target }) => `${source} > ${target}`),
    ),
  );
  const reversed = pairs.map(pair => pair.split(' > ').reverse().join(' > '));
  expect(pairs.filter(pair => reversed.includes(pair))).toEqual([]);
});
