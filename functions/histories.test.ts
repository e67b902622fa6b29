/** Whole histories of concurrent requests and faults, against a model: `npm run bench:histories` plays thousands. */
import { randomInt } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { runHistories } from '../local/testing/histories/run-histories.ts';

test('whatever happens at once, it is as if it had happened one after the other', { timeout: 120_000 }, async () => {
  const stores = {
    postgresqlUrl: inject('postgresqlUrl'),
    templateDatabase: inject('templateDatabase'),
    mongodbUrl: inject('mongodbUrl'),
  };
  const { counterexample, played } = await runHistories({ stores, seed: randomInt(2 ** 31), count: 200 });
  expect(counterexample).toBeUndefined();
  expect(played).toBe(200);
});
