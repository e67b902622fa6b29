import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkout } from './checkout.ts';

const table = readFileSync(`${checkout}/docs/promises.md`, 'utf8')
  .split('\n')
  .filter(line => /^\|(?!-|.*\| test \|)/.test(line));

test('every promise has a test', () => {
  expect(table.length).toBeGreaterThan(10);
  for (const row of table) expect(row).toMatch(/\| `[^`]+` [^|]+ \|$/);
});

const named = table.flatMap(row => {
  const tests = row.split('|').at(-2)?.split('<br>') ?? [];
  return tests.map(each => each.trim().replace('`', '').split('` '));
});

test.for(named)('%s has the test: %s', ([file = '', name = '']) => {
  const source = readFileSync(`${checkout}/${file}`, 'utf8');
  expect(source.includes(`'${name}'`)).toBe(true);
});
