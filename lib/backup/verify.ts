/** A backup's objects against its manifest, before anything is made of them. */

import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ObjectMissing } from '../stores/object-errors.ts';
import type { Objects } from '../stores/objects.ts';
import { backupName, type Manifest, objectOf, otherRevision, type Stored } from './manifest.ts';
import { measured } from './measured.ts';
import { Unusable } from './unusable.ts';

const another = 'Restore another backup; this one cannot be mended.';

/** @param known the migrations of this revision @throws {Unusable} */
export function expectKnownSchema(manifest: Manifest, known: readonly string[]): void {
  const unknown = manifest.migrations.filter(name => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Unusable(
    `${backupName(manifest)} has a schema that this revision does not know (${unknown.join(', ')})`,
    otherRevision,
  );
}

/** Reads all of them once. @throws {Unusable} @throws {Unavailable} */
export async function verifyObjects(objects: Objects, manifest: Manifest): Promise<void> {
  for (const [name, expected] of objectsOf(manifest)) {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(await readVerified(objects, name, expected), nowhere);
  }
}

/** An object that fails at its end, or before, unless it is the one that was written. @throws {Unusable} */
export async function readVerified(objects: Objects, name: string, expected: Stored): Promise<Readable> {
  const source = await objects.read(name).catch(error => {
    throw error instanceof ObjectMissing ? new Unusable(`${name} is missing`, another, error) : error;
  });
  return measured(source, ({ bytes, sha256 }) => {
    if (bytes !== expected.bytes) {
      throw new Unusable(`${name} has ${bytes} bytes, its manifest says ${expected.bytes}`, another);
    }
    if (sha256 !== expected.sha256) throw new Unusable(`${name} is not what was written: its SHA-256 differs`, another);
  });
}

function objectsOf(manifest: Manifest): (readonly [string, Stored])[] {
  const backup = backupName(manifest);
  const { postgresql, activities } = manifest;
  return [
    [objectOf.postgresql(backup), postgresql],
    ...(activities ? [[objectOf.activities(backup), activities] as const] : []),
  ];
}
