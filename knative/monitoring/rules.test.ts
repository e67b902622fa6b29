import { expect, test } from 'vitest';
import { alerts } from './rules.ts';
import { alertCases } from './testing/alert-cases.ts';

test('each alert has a name of its own, and a case that tries it', () => {
  const names = alerts.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  const tried = new Set([...alertCases.map(({ alert }) => alert), 'Watchdog']); // which fires in each of them
  expect(names.filter(name => !tried.has(name))).toEqual([]);
  expect([...tried].filter(name => !names.includes(name))).toEqual([]);
});
