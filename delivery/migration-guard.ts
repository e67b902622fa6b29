/**
 * What a release may not bring to a database while the release before still serves: expand, roll out, contract later. The rule
 * of each migration is local/migration-rules'; here it is held against what was released before.
 */

import { parseMigration } from '../lib/stores/migrations.ts';
import { contractions } from '../local/migration-rules/contractions.ts';
import type { MigrationFile } from '../local/migration-rules/rules.ts';

export interface ReleasedBefore {
  readonly migrations: readonly MigrationFile[];
  /** Where its code has this word: `lib/tasks/task.ts:12`. */
  uses(word: string): Promise<readonly string[]>;
}

/**
 * @param except names that a person has looked at: `tasks.label` may go though a word like it is there
 * @returns a sentence for each thing that is not to be released; none when nothing is
 */
export async function faultsOfRelease(
  before: ReleasedBefore,
  after: readonly MigrationFile[],
  except: readonly string[] = [],
): Promise<string[]> {
  const texts = new Map(after.map(({ name, text }) => [name, text]));
  const known = new Set(before.migrations.map(({ name }) => name));
  const newest = [...known].toSorted().at(-1) ?? '';
  const edited = before.migrations.flatMap(({ name, text }) => faultOfLanded(name, text, texts.get(name)));
  const added = after.filter(({ name }) => !known.has(name));
  const late = added
    .filter(({ name }) => name < newest)
    .map(({ name }) => `${name} comes before ${newest}, which was released: databases have had that already`);
  if (known.size === 0) return [];
  const contracting = await Promise.all(added.map(file => faultsOfContract(file, before, known, except)));
  return [...edited, ...late, ...contracting.flat()];
}

function faultOfLanded(name: string, text: string, now: string | undefined): string[] {
  if (now === text) return [];
  return [`${name} was released, and is ${now === undefined ? 'gone' : 'another one'} now: write a new migration`];
}

async function faultsOfContract(
  { name, text }: MigrationFile,
  before: ReleasedBefore,
  known: ReadonlySet<string>,
  except: readonly string[],
): Promise<string[]> {
  const { sql, unusedSince } = parseMigration(name, text);
  const taken = await contractions(sql);
  if (taken.length === 0 && unusedSince === undefined) return [];
  const what = taken.join(', ') || 'contracts';
  if (unusedSince === undefined) return [`${name} ${what}, and does not say since when nobody uses it`];
  if (!known.has(`${unusedSince}.sql`))
    return [
      `${name} ${what} that is unused since ${unusedSince}, which comes with the same release: release that first`,
    ];
  const uses = await Promise.all(
    taken.map(async each => {
      const object = nameTaken(each);
      if (object === undefined || except.includes(object)) return [];
      const places = await before.uses(object.split('.').at(-1) ?? object);
      const [place] = places;
      return place === undefined
        ? []
        : [`${name} ${each}, which the release before names in ${place}: release the code without it first`];
    }),
  );
  return uses.flat();
}

/** Of what goes, its name; what only becomes narrower is not told by a word in the code. */
function nameTaken(contraction: string): string | undefined {
  return /^(?:drops the (?!default of |constraint )\w+|renames) (?<name>[\w.]+)/.exec(contraction)?.groups?.name;
}
