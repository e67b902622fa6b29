/** Pages that name a test for each thing they promise: it is there. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkout } from './checkout.ts';

const pages = {
  'docs/promises.md': { least: 10, mayLack: 'nothing' },
  'SECURITY.md': { least: 30, mayLack: 'a test' },
} as const;

describe.for(Object.entries(pages))('%s', ([page, { least, mayLack }]) => {
  const cells = readFileSync(`${checkout}/${page}`, 'utf8')
    .split('\n')
    .filter(line => /^\|(?!-|.*\| test \|)/.test(line))
    .map(row => row.split('|').at(-2)?.trim() ?? '');
  const tests = cells.filter(cell => mayLack === 'nothing' || !/^no test: \S/.test(cell));

  test('each row has a test, or says why it has none', () => {
    expect(tests.length).toBeGreaterThan(least);
    for (const cell of tests) expect(cell).toMatch(/^`[^`]+` [^`]+( <br> `[^`]+` [^`]+)*$/);
  });

  const named = tests.flatMap(cell => cell.split('<br>').map(each => each.trim().replace('`', '').split('` ')));

  test.for(named)('%s has the test: %s', ([file = '', name = '']) => {
    const source = readFileSync(`${checkout}/${file}`, 'utf8');
    expect([`'${name}'`, `"${name}"`].some(quoted => source.includes(quoted))).toBe(true);
  });
});
