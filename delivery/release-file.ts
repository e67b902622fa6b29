/** release.json: the image of each function, as a release leaves it and a deployment takes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { localFolder } from '../local/checkout.ts';
import { Failure } from '../local/failure.ts';

/** release.json, built.sha256 and sbom/; git ignores it. */
export const releaseFolder = `${localFolder}/release`;

const releaseSchema = z.strictObject({
  /** Full, in hexadecimal. */
  commit: z.string().check(z.regex(/^[0-9a-f]{40}$/)),
  made: z.iso.datetime(),
  /** By function: `HOST/PATH/NAME@sha256:…`; of a release that was not pushed, `HOST/PATH/NAME:TAG` of this machine. */
  images: z.record(z.string(), z.string().check(z.regex(/^[^\s@]+(@sha256:[0-9a-f]{64}|:[\w.-]+)$/))),
});

export type Release = z.infer<typeof releaseSchema>;

/** @throws {Failure} when it is not there, or is something else */
export function readRelease(file: string): Release {
  try {
    return z.parse(releaseSchema, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Failure(`reading ${file}`, String(error), 'npm run release writes one');
  }
}

export function writeRelease(file: string, release: Release): void {
  writeFileSync(file, `${JSON.stringify(release, null, 2)}\n`);
}
