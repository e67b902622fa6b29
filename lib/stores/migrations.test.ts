import { expect, test } from 'vitest';
import { parseMigration, statementsOf } from './migrations.ts';

test.for([
  ['-- Expand', { transaction: 'inside', unusedSince: undefined }],
  ['-- Expand, outside a transaction', { transaction: 'outside', unusedSince: undefined }],
  ['-- Contract, unused since 0006_estimate', { transaction: 'inside', unusedSince: '0006_estimate' }],
  [
    '-- Contract, unused since 0006_estimate, outside a transaction',
    { transaction: 'outside', unusedSince: '0006_estimate' },
  ],
  ['-- Up Migration', { transaction: 'inside', unusedSince: undefined }],
] as const)('a first line says what it is: %s', ([line, said]) => {
  expect(parseMigration('0007_x.sql', `${line}\n\nselect 1;\n`)).toMatchObject({ name: '0007_x', ...said });
});

test('the way back is never run', () => {
  const { sql } = parseMigration(
    '0001_x.sql',
    '-- Up Migration\ncreate table a ();\n-- Down Migration\ndrop table a;\n',
  );
  expect(sql).toBe('-- Up Migration\ncreate table a ();\n');
});

test('an edit anywhere is another checksum', () => {
  const [one, other] = ['select 1;\n', 'select 1; -- one\n'].map(text => parseMigration('0001_x.sql', text).checksum);
  expect(one).not.toBe(other);
});

test.for(['x.sql', '1_x.sql', '0001_x.js', '0001_x.sql~'])('%s is no name of a migration', file => {
  expect(() => parseMigration(file, '')).toThrow('is no name of a migration');
});

test('statements end with a line, and those with a body at its end', () => {
  const body = 'do $$ begin\n  perform 1;\n  commit;\nend $$;\n';
  expect(
    statementsOf(`-- Expand\n\nselect 1;\nselect\n  2;\n${body}select 3; -- last\nselect 4;\n-- that is all\n`),
  ).toEqual(['-- Expand\n\nselect 1;\n', 'select\n  2;\n', body, 'select 3; -- last\nselect 4;\n']);
});
