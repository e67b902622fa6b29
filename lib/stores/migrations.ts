/** The migrations of a revision: SQL files, each of which runs once, in the order of their names. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface Migration {
  /** The file's, without `.sql`: `0006_estimate`. */
  readonly name: string;
  /** Without what stands behind `-- Down Migration`: nothing runs that. */
  readonly sql: string;
  readonly checksum: string;
  /** `outside`: in several transactions, so it must be safe to repeat from its beginning. */
  readonly transaction: 'inside' | 'outside';
  /** Of a contract: revisions that know this migration do without what it takes away. */
  readonly unusedSince: string | undefined;
}

const fileName = /^(\d{4}_[\w-]+)\.sql$/;
const header = /^-- (?:Expand|Contract, unused since (?<since>\d{4}_[\w-]+))(?<outside>, outside a transaction)?$/;

export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).toSorted();
  return Promise.all(files.map(async file => parseMigration(file, await readFile(path.join(folder, file), 'utf8'))));
}

/** @throws when the file's name is not one that is sorted as its number */
export function parseMigration(file: string, text: string): Migration {
  const [, name] = fileName.exec(file) ?? [];
  if (name === undefined) throw new Error(`${file} is no name of a migration, such as 0006_estimate.sql`);
  const [sql = ''] = text.split(/^-- Down Migration$/m);
  const said = header.exec(firstLine(text))?.groups;
  return {
    name,
    sql,
    checksum: createHash('sha256').update(text).digest('hex'),
    transaction: said?.outside === undefined ? 'inside' : 'outside',
    unusedSince: said?.since,
  };
}

/** What a migration says of itself. */
export function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n'));
}

/** Single statements: each ends with a line's end, those that hold `$$` when it is closed. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let current = '';
  for (const line of sql.split('\n')) {
    current += `${line}\n`;
    const quoted = current.split('$$').length % 2 === 0;
    if (quoted || !/;\s*$/.test(line)) continue;
    statements.push(current);
    current = '';
  }
  return current.replaceAll(/^--.*$/gm, '').trim() === '' ? statements : [...statements, current];
}
