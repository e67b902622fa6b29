import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const table = readFileSync(path.join(import.meta.dirname, 'promises.md'), 'utf8')
  .split('\n')
  .filter(line => /^\|(?!-|.*\| test \|)/.test(line));

test('every promise has a test', () => {
  expect(table.length).toBeGreaterThan(10);
  for (const row of table) expect(row).toMatch(/\| `[^`]+` [^|]+ \|$/);
});

const named = table.flatMap(row => {
  const tests = row.split('|').at(-2)?.split('<br>') ?? [];
  return tests.map(
    each =>
      /`([^`]+)` (.+)/
        .exec(each)
        ?.slice(1)
        .map(part => part.trim()) ?? [each, ''],
  );
});

test.for(named)('%s has the test: %s', ([file = '', name = '']) => {
  const source = readFileSync(path.join(import.meta.dirname, '..', file), 'utf8');
  expect(source.includes(`'${name}'`)).toBe(true);
});
