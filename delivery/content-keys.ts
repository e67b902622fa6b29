/**
 * A function's content key: a digest of all that its image is made of. Where two commits give the same key, the image of
 * the one is the image of the other, and need not be built again.
 */
import { createHash, hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseDockerfile } from '../images/dockerfile.ts';
import { targetOf } from '../images/target.ts';
import type { Contract } from '../lib/http/contract.ts';
import { recipeOf } from './recipe.ts';

/** By function; 32 hexadecimal digits each. */
export type ContentKeys = ReadonlyMap<string, string>;

/** @param folder a checkout whose dist/ is in step with its sources; its own catalogue says what there is */
export async function contentKeys(folder: string): Promise<ContentKeys> {
  const { catalogue }: { catalogue: readonly Contract[] } = await import(
    pathToFileURL(`${folder}/functions/catalogue.ts`).href
  );
  const dockerfile = parseDockerfile(readFileSync(`${folder}/Dockerfile`, 'utf8'));
  const warmUp = readFileSync(`${folder}/compile-cache.ts`, 'utf8');
  return new Map(
    catalogue.map(contract => {
      const files = ['package.json', ...filesOf(contract.name, folder)];
      const parts = [recipeOf(targetOf(contract), dockerfile), warmUp];
      const digests = files.map(file => `${hash('sha256', readFileSync(`${folder}/dist/${file}`))}  ${file}`);
      const key = createHash('sha256').update(JSON.stringify([contract.name, ...parts, ...digests]));
      return [contract.name, key.digest('hex').slice(0, 32)];
    }),
  );
}

/** Of its bundle, what the Dockerfile leaves in. */
function filesOf(name: string, folder: string): readonly string[] {
  const all = globSync(`${name}/**`, { cwd: `${folder}/dist`, withFileTypes: true });
  const files = all.filter(entry => entry.isFile()).map(entry => `${entry.parentPath}/${entry.name}`);
  const kept = files
    .map(file => file.slice(`${folder}/dist/`.length))
    .filter(file => !/\/index\.js$|\.map$/.test(file));
  if (!kept.includes(`${name}/server.js`)) throw new Error(`${folder}/dist holds no bundle of ${name}`);
  return kept.sort();
}
