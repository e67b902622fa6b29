import { expect, test } from 'vitest';
import { type Applied, planMigrations } from './migration-plan.ts';
import { type Migration, parseMigration } from './migrations.ts';

const expand = (name: string) => parseMigration(`${name}.sql`, `-- Expand\n\nselect '${name}';\n`);
const contract = (name: string, since: string) =>
  parseMigration(`${name}.sql`, `-- Contract, unused since ${since}\n\nselect '${name}';\n`);
const [one, two, three] = [expand('0001_one'), expand('0002_two'), expand('0003_three')];
const had = (...migrations: Migration[]): Applied[] =>
  migrations.map(({ name, checksum, unusedSince }) => ({ name, checksum, unused_since: unusedSince ?? null }));

test('what the database has not had is run', () => {
  expect(planMigrations([one, two, three], had(one))).toEqual({ toRun: [two, three], newer: [] });
  expect(planMigrations([one, two], [])).toEqual({ toRun: [one, two], newer: [] });
  expect(planMigrations([one, two], had(one, two))).toEqual({ toRun: [], newer: [] });
});

test('a revision that was rolled back to runs on the schema of a newer one', () => {
  expect(planMigrations([one, two], had(one, two, three))).toEqual({ toRun: [], newer: ['0003_three'] });
});

test('but not when that has taken away what it uses', () => {
  const taken = contract('0004_taken', '0003_three');
  expect(planMigrations([one, two, three], had(one, two, three, taken)).newer).toEqual(['0004_taken']);
  expect(() => planMigrations([one, two], had(one, two, three, taken))).toThrow(
    'the database has had 0004_taken, which took away what revisions before 0003_three use, as this one does',
  );
});

test('a migration that was edited after it was run is refused, one that was run without a checksum is not', () => {
  const edited = parseMigration('0001_one.sql', '-- Expand\n\nselect 2;\n');
  expect(() => planMigrations([edited, two], had(one, two))).toThrow('0001_one was edited');
  const [before] = had(one);
  expect(planMigrations([edited], [{ name: '0001_one', unused_since: null, ...before, checksum: null }]).toRun).toEqual(
    [],
  );
});

test('a migration that comes before one that was run is refused', () => {
  expect(() => planMigrations([one, two, three], had(one, three))).toThrow('0002_two comes before 0003_three');
});

test('two histories are told apart', () => {
  expect(() => planMigrations([one, three], had(one, two))).toThrow('the database has had 0002_two');
  expect(() => planMigrations([one, two], had(one, three))).toThrow('0002_two comes before 0003_three');
});
