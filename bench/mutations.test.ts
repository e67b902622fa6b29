import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkout } from '../local/checkout.ts';
import { applyEdit } from './apply-edit.ts';
import { mutations } from './mutations.ts';

const folder = mkdtempSync(`${tmpdir()}/mutations-`);
afterAll(() => rmSync(folder, { recursive: true }));

test.each(mutations)('what it edits is still there: $name', ({ edits }) => {
  const files = new Set(edits.map(({ file }) => file));
  for (const file of files) {
    mkdirSync(dirname(`${folder}/${file}`), { recursive: true });
    copyFileSync(`${checkout}/${file}`, `${folder}/${file}`);
  }
  for (const edit of edits) applyEdit(folder, edit);
  for (const file of files)
    expect(readFileSync(`${folder}/${file}`, 'utf8')).not.toBe(readFileSync(`${checkout}/${file}`, 'utf8'));
});

test('an edit of what is not there is told', () => {
  const edit = { file: 'lib/cache/scripts.ts', text: 'nowhere to be found', instead: '' };
  expect(() => applyEdit(checkout, edit)).toThrow('lib/cache/scripts.ts does not have this text once any more');
});

test('names tell them apart', () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
});
