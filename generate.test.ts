import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from './generate.ts';

test('every generated file is as its sources make it now: else run `npm run generate`', async () => {
  const files = await generatedFiles();
  const stale = files.filter(({ path, contents }) => !existsSync(path) || readFileSync(path, 'utf8') !== contents);
  expect(stale.map(({ path }) => path)).toEqual([]);
});
