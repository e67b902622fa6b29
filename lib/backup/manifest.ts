/** The manifest of a backup: written last, so that what has none is no backup. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { Objects } from '../stores/objects.ts';
import { Unusable } from './unusable.ts';

/** What the bucket's lifecycle goes by: the first backup of a month and of a week are kept longer. */
const kind = z.enum(['daily', 'weekly', 'monthly']);
export type Kind = z.output<typeof kind>;

const stored = z.object({ bytes: z.int(), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) });
export type Stored = z.output<typeof stored>;

const manifest = z.object({
  /** Of this description; another one is not read. */
  format: z.literal(1),
  kind,
  /** When the snapshot was taken, by PostgreSQL's clock. */
  taken_at: z.iso.datetime(),
  /** The migrations that made the schema, in their order. */
  migrations: z.array(z.string()),
  postgresql: z.extend(stored, {
    /** The rows of each table. */
    rows: z.record(z.string(), z.int()),
  }),
  /** Null where there was no activity log beside the outbox. */
  activities: z.nullable(z.extend(stored, { lines: z.int() })),
});
export type Manifest = Readonly<z.output<typeof manifest>>;

/** A backup by its name, such as `daily/2026-11-24T03-00-12.345Z`. */
export function backupName({ kind, taken_at }: Pick<Manifest, 'kind' | 'taken_at'>): string {
  return `${kind}/${taken_at.replaceAll(':', '-')}`;
}

export const objectOf = {
  /** pg_dump's custom format. */
  postgresql: (backup: string) => `${backup}/postgresql.dump`,
  /** One activity a line, as JSON; gzip. */
  activities: (backup: string) => `${backup}/activities.ndjson.gz`,
  manifest: (backup: string) => `${backup}/manifest.json`,
} as const;

const manifestName = /^((?:daily|weekly|monthly)\/[^/]+)\/manifest\.json$/;

/** The names of all whole backups, the oldest first. @throws {Unavailable} */
export async function backups(objects: Objects): Promise<string[]> {
  const names = (await Promise.all(kind.options.map(each => objects.list(`${each}/`)))).flat();
  const whole = names.flatMap(name => manifestName.exec(name)?.[1] ?? []);
  return whole.toSorted((one, other) => instantIn(one).localeCompare(instantIn(other)));
}

function instantIn(backup: string): string {
  return backup.slice(backup.indexOf('/') + 1);
}

/** @throws {ObjectExists} @throws {Unavailable} */
export async function writeManifest(objects: Objects, content: Manifest): Promise<void> {
  const pretty = `${JSON.stringify(content, null, 2)}\n`;
  await objects.write(objectOf.manifest(backupName(content)), Readable.from([pretty]));
}

/** @param wanted a backup's name, its instant alone, or `latest` @throws {Unusable} @throws {Unavailable} */
export async function readManifest(objects: Objects, wanted: string): Promise<Manifest> {
  const all = await backups(objects);
  const backup = wanted === 'latest' ? all.at(-1) : all.find(name => name === wanted || instantIn(name) === wanted);
  if (backup === undefined) {
    const there = all.length === 0 ? 'there is none' : `there are:\n${all.join('\n')}`;
    throw new Unusable(`${objects.place} has no backup ${wanted}`, `Name one that has a manifest; ${there}`);
  }
  const read = await text(await objects.read(objectOf.manifest(backup)));
  const parsed = manifest.safeParse(parseJson(read));
  if (parsed.success && backupName(parsed.data) === backup) return parsed.data;
  throw new Unusable(`the manifest of ${backup} is not one that this revision reads`, otherRevision);
}

export const otherRevision = 'Restore it with the revision that made it, or name another backup.';

function parseJson(read: string): unknown {
  try {
    return JSON.parse(read);
  } catch {
    return undefined;
  }
}
