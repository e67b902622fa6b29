/** Migrations of a test's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface MigrationsFolder extends Disposable {
  readonly path: string;
  /** Puts a migration there, or another one in its place; `expand` is its first line unless the text has one. */
  write(name: string, sql: string): void;
  remove(name: string): void;
}

export function migrationsFolder(migrations: Readonly<Record<string, string>> = {}): MigrationsFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'migrations-'));
  const fileOf = (name: string) => path.join(folder, `${name}.sql`);
  const write = (name: string, sql: string) =>
    writeFileSync(fileOf(name), sql.startsWith('--') ? `${sql}\n` : `-- Expand\n\n${sql}\n`);
  for (const [name, sql] of Object.entries(migrations)) write(name, sql);
  return {
    path: folder,
    write,
    remove: name => rmSync(fileOf(name)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
