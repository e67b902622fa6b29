/** Releases into a registry that is really there: what changed is built, once, and what is built is what was keyed. */
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basesAtHand } from '../images/bases-at-hand.ts';
import { type Image, readImage } from '../images/image.ts';
import { silentProgress } from '../local/progress.ts';
import { runProgram } from '../local/run-program.ts';
import { contentKeys } from './content-keys.ts';
import { readRelease } from './release-file.ts';
import { type Repository, throwAwayRepository } from './testing/repository.ts';
import { type ThrowAwayRegistry, throwAwayRegistry } from './testing/throw-away-registry.ts';

const names = ['get-task', 'list-activities'];

let repository: Repository;
let registry: ThrowAwayRegistry;
beforeAll(async () => {
  // Here, where the other tests of images find them, too.
  await basesAtHand(silentProgress);
  repository = throwAwayRepository(names);
  registry = await throwAwayRegistry();
});
afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  repository?.[Symbol.dispose]();
});

async function release(...args: readonly string[]) {
  const { ok, output } = await repository.run('release.ts', '--registry', registry.place, ...args);
  expect(ok, output).toBe(true);
  const folder = `${repository.folder}/.local/release`;
  const { images, commit } = readRelease(`${folder}/release.json`);
  const sums = existsSync(`${folder}/built.sha256`) ? readFileSync(`${folder}/built.sha256`, 'utf8').trimEnd() : '';
  const built = sums.split('\n').filter(Boolean);
  return { images, commit, output, built: built.map(line => line.replace(/^.*\//, '')).sort() };
}

test('each image once: pushed, found again, sealed, and of a changed handler built anew', async () => {
  const commit = repository.commit();
  const first = await release('--push');
  expect(first.commit).toBe(commit);
  expect(first.built).toEqual(names);
  for (const name of names)
    expect(first.images[name]).toMatch(new RegExp(`^${registry.place}/${name}@sha256:[0-9a-f]{64}$`));

  // Broken off before it was signed, say: nothing is built, but all is still to be signed.
  const again = await release('--push');
  expect(again).toMatchObject({ images: first.images, built: names });
  expect(again.output).toMatch(/^release +2 images, 2 of them not sealed/m);

  expect(await repository.run('seal.ts')).toMatchObject({ ok: true });
  repository.edit('functions/get-task/index.ts', '!task', '!task || task === undefined');
  await expect(release('--push')).rejects.toThrow(/these are in no commit:\n.*functions\/get-task\/index\.ts/);
  repository.commit();
  const second = await release('--push');
  expect(second.built).toEqual(['get-task']);
  expect(second.images['list-activities']).toBe(first.images['list-activities']);
  expect(second.images['get-task']).not.toBe(first.images['get-task']);

  const key = (await contentKeys(repository.folder)).get('get-task');
  const image = await imageOf(`${registry.place}/get-task:${key}-${second.commit.slice(0, 12)}`);
  expect(image.config.Labels).toMatchObject({ 'org.opencontainers.image.revision': second.commit });
  // What the key is taken of is made here, and what is in the image was made in there.
  expect(await digestIn(image, 'app/server.js')).toBe(
    hash('sha256', readFileSync(`${repository.folder}/dist/get-task/server.js`)),
  );
});

async function imageOf(reference: string): Promise<Image> {
  const folder = `${repository.folder}/.local/unpacked`;
  mkdirSync(folder);
  return readImage('get-task', reference, folder);
}

async function digestIn({ layers }: Image, file: string): Promise<string | undefined> {
  const script = `tar --extract --to-stdout --file "$1" "$2" | sha256sum`;
  const { output } = await runProgram('bash', ['-c', script, '-', layers.at(-1)?.file ?? '', file]);
  return output.split(' ')[0];
}
