/** The place for backups that the environment names. */
import * as z from 'zod/mini';
import { BadEnvironment, type Environment, urlOf } from '../environment.ts';
import { openBucket } from './cloud-storage.ts';
import { openFolder } from './folder.ts';
import type { Objects } from './objects.ts';

export const objectsVariables = {
  BACKUP_BUCKET: z.optional(z.string()),
  BACKUP_DIR: z.optional(z.string()),
  STORAGE_API_ENDPOINT: z.optional(urlOf('http:', 'https:')),
};

/** @returns undefined when the environment names no place @throws {BadEnvironment} when it names two */
export function openObjects(environment: Environment<typeof objectsVariables>): Objects | undefined {
  const { BACKUP_BUCKET, BACKUP_DIR, STORAGE_API_ENDPOINT } = environment;
  if (BACKUP_BUCKET !== undefined && BACKUP_DIR !== undefined)
    throw new BadEnvironment(['BACKUP_BUCKET and BACKUP_DIR name two places: give one of them']);
  if (BACKUP_BUCKET !== undefined) return openBucket(BACKUP_BUCKET, STORAGE_API_ENDPOINT);
  return BACKUP_DIR === undefined ? undefined : openFolder(BACKUP_DIR);
}

/** The same, where there is nothing to do without one. @throws {BadEnvironment} */
export function openRequiredObjects(environment: Environment<typeof objectsVariables>): Objects {
  const objects = openObjects(environment);
  if (!objects) throw new BadEnvironment(['BACKUP_BUCKET or BACKUP_DIR is missing']);
  return objects;
}
