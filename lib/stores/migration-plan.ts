/** Which migrations are to be run: what this revision knows against what the database has had. */
import type { Migration } from './migrations.ts';

/** A migration that the database has had, as it remembers it. */
export interface Applied {
  readonly name: string;
  /** Null when it was run before checksums were kept. */
  readonly checksum: string | null;
  /** See {@link Migration.unusedSince}. */
  readonly unused_since: string | null;
}

export interface Plan {
  readonly toRun: readonly Migration[];
  /** Migrations of a newer revision, which this one runs on: it was rolled back to. */
  readonly newer: readonly string[];
}

/**
 * @param known sorted by name
 * @param applied sorted by name
 * @throws when the two are not the same history, or the schema no longer has what this revision uses
 */
export function planMigrations(known: readonly Migration[], applied: readonly Applied[]): Plan {
  const knownNames = new Set(known.map(({ name }) => name));
  const appliedNames = new Set(applied.map(({ name }) => name));
  const newestKnown = known.at(-1)?.name ?? '';
  const newestApplied = applied.at(-1)?.name ?? '';
  const newer = applied.filter(({ name }) => !knownNames.has(name));
  const toRun = known.filter(({ name }) => !appliedNames.has(name));

  for (const { name } of newer) {
    if (name < newestKnown) throw new Error(`the database has had ${name}, which this revision does not know`);
  }
  for (const { name } of toRun) {
    if (name < newestApplied)
      throw new Error(`${name} comes before ${newestApplied}, which the database has had already`);
  }
  for (const { name, checksum } of known) {
    const had = applied.find(one => one.name === name)?.checksum ?? checksum;
    if (had !== checksum)
      throw new Error(`${name} was edited after the database had had it: what follows is a new migration`);
  }
  const unfit = newer.find(({ unused_since }) => unused_since !== null && unused_since > newestKnown);
  if (unfit) {
    const { name, unused_since } = unfit;
    throw new Error(
      `the database has had ${name}, which took away what revisions before ${unused_since} use, as this one does`,
    );
  }
  return { toRun, newer: newer.map(({ name }) => name) };
}
