import { expect } from 'vitest';
import { test } from '../../../local/testing/api.ts';
import { runJob } from '../../../local/testing/job.ts';

test('the tasks of all are counted', async ({ api }) => {
  await api.create({ title: 'x' });
  await api.create({ title: 'y' });
  const { code, told } = await runJob('verb-task', { DATABASE_URL: api.environment.DATABASE_URL ?? '' });
  expect([code, told.counted]).toEqual([0, expect.objectContaining({ tasks: 2 })]);
});
