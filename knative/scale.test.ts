/** What was measured is what the contracts say, and what the pods ask for covers it. */
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { needs } from './resources.ts';
import { isServing, scaleOf } from './scale.ts';
import { documentedScales } from './testing/documented-scales.ts';

test.for(catalogue.filter(isServing))(
  '$name has the target that docs/scaling/concurrency.md gives reasons for',
  contract => {
    const documented = documentedScales.filter(({ name }) => name === contract.name);
    expect([...new Set(documented.map(({ target }) => target))]).toEqual([scaleOf(contract).concurrency]);
  },
);

test('no row is of a function that is not there', () => {
  const names = catalogue.filter(isServing).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(documentedScales.map(({ name }) => name)));
});

test('what a pod asks for covers its memory at the target, its limit that of all the requests it is ever given', () => {
  const measured = documentedScales.filter(({ memory }) => memory !== undefined);
  expect(measured.length).toBeGreaterThan(10);
  for (const { isLargest, memory: [atTarget, atTwice] = [0, 0] } of measured) {
    if (!isLargest) expect(atTarget).toBeLessThanOrEqual(needs.function.request.memory);
    expect(atTwice).toBeLessThanOrEqual(needs.function.limit);
  }
});
