/** What docs/scaling/README.md says of growth follows from the figures that the pages have. */
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { asked, endedAt, factors, growthPage, growthTable } from './documented-growth.ts';
import { isServing } from './scale.ts';

test('the table is what the figures make of it: else take what `npm run growth` prints', () => {
  expect(growthPage).toContain(growthTable);
});

test.for(factors)('at %i times, what has ended stands there, the first first', factor => {
  const [, told = ''] = new RegExp(`^## At ${factor}×\\n\\n\\*\\*Ended:\\*\\* ([^.]+)\\.`, 'm').exec(growthPage) ?? [];
  expect(told.replaceAll('\n', ' ').split(', ')).toEqual(endedAt(factor));
});

test('the base load is of functions that take requests, and all of it is told', () => {
  expect(asked.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(catalogue.filter(isServing).map(({ name }) => name)).toEqual(
    expect.arrayContaining(asked.map(({ name }) => name)),
  );
});
