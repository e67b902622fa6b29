/** The expand-and-contract rule: see docs/operations/migrations.md. */
import { type Node, parse } from 'libpg-query';
import { firstLine, type Migration, parseMigration, statementsOf } from '../../lib/stores/migrations.ts';
import { judge } from './judge.ts';
import { nameOf } from './names.ts';

/** The migrations up to this one came before the first release: no older revision ran beside them, and the rule spares them. */
const beginning = '0005_erased-tenants';

export interface MigrationFile {
  readonly name: string;
  readonly text: string;
}

/** @returns what breaks the rule, a sentence each; none when nothing does */
export async function faultsOf(files: readonly MigrationFile[]): Promise<string[]> {
  const migrations = files
    .map(({ name, text }) => ({ ...parseMigration(name, text), line: firstLine(text) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const faults = migrations
    .filter(({ name }) => name > beginning)
    .map(async migration => {
      const found = [...faultsOfHeader(migration, migrations), ...(await faultsOfSql(migration))];
      return found.map(fault => `${migration.name} ${fault}`);
    });
  return (await Promise.all(faults)).flat();
}

const header = /^-- (Expand|Contract, unused since \S+)(, outside a transaction)?$/;

function faultsOfHeader(
  { line, name, unusedSince }: Migration & { line: string },
  all: readonly Migration[],
): string[] {
  if (!header.test(line)) return ['does not say in its first line whether it is to expand or to contract'];
  if (unusedSince === undefined) return [];
  const earlier = all.some(other => other.name === unusedSince && other.name < name);
  return earlier ? [] : [`names ${unusedSince}, which is no migration before it`];
}

async function faultsOfSql(migration: Migration): Promise<string[]> {
  const { sql, unusedSince, transaction } = migration;
  const verdicts = await judge(sql);
  return [
    ...verdicts.filter(({ kind }) => kind === 'blocks' || unusedSince === undefined).map(({ what }) => what),
    ...(transaction === 'outside' ? await faultsOutside(sql) : await faultsInside(sql)),
  ];
}

/** A statement for each that the runner sends, and each safe to repeat. */
async function faultsOutside(sql: string): Promise<string[]> {
  const statements = (await parse(sql)).stmts ?? [];
  if (statements.length !== statementsOf(sql).length) return ['does not end each statement with its line'];
  return statements.flatMap(({ stmt }, index) => {
    const fault = stmt && faultOfRepeating(stmt, statements[index - 1]?.stmt);
    return fault ? [fault] : [];
  });
}

function faultOfRepeating(statement: Node, before: Node | undefined): string | undefined {
  if ('IndexStmt' in statement) {
    const name = statement.IndexStmt.idxname;
    if (before && 'DropStmt' in before && before.DropStmt.missing_ok && before.DropStmt.objects?.some(isNamed(name)))
      return undefined;
    return `does not drop what a killed run left of ${name}: drop index concurrently if exists`;
  }
  if ('DropStmt' in statement)
    return statement.DropStmt.missing_ok ? undefined : 'drops what it may have dropped already: say if exists';
  if ('DoStmt' in statement || isValidation(statement)) return undefined;
  return 'has a statement outside a transaction that is not safe to repeat';
}

function isNamed(name: string | undefined): (object: Node) => boolean {
  return object => nameOf(object) === name;
}

function isValidation(statement: Node): boolean {
  if (!('AlterTableStmt' in statement)) return false;
  const commands = statement.AlterTableStmt.cmds ?? [];
  return commands.every(node => 'AlterTableCmd' in node && node.AlterTableCmd.subtype === 'AT_ValidateConstraint');
}

/** What takes long does so outside: in a transaction it would keep the locks of all that stands before it. */
async function faultsInside(sql: string): Promise<string[]> {
  const text = JSON.stringify((await parse(sql)).stmts ?? []);
  return [
    ...(text.includes('AT_ValidateConstraint') ? ['validates a constraint, which belongs outside a transaction'] : []),
    ...(text.includes('"concurrent":true') ? ['does something concurrently, which belongs outside a transaction'] : []),
    ...(text.includes('"DoStmt"') ? ['has a block, which belongs outside a transaction'] : []),
  ];
}
