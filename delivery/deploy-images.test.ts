/** Images go to Google Cloud by their digest; a machine's own may have a tag. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import { imagesOf, oneImage } from './deploy-images.ts';

const made = '2026-11-24T00:00:00Z';
const commit = '0123456789'.repeat(4);
const digest = `sha256:${'0'.repeat(64)}`;
const image = `asia-southeast2-docker.pkg.dev/project/task-manager/get-task@${digest}`;

function releaseOf(content: object): string {
  const file = `${throwAwayFolder()}/release.json`;
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test('a release names the image of each function', () => {
  const file = releaseOf({ commit, made, images: { 'get-task': image } });
  expect(imagesOf(file, 'refused')).toEqual({ commit, of: new Map([['get-task', image]]) });
});

test.for([
  [{ commit: 'main', made, images: {} }, 'commit'],
  [{ commit, made }, 'images'],
  [{ commit, made, images: { 'get-task': 'get-task:v1' } }, 'not named by its digest'],
  [{ commit, made, images: { 'get-task': 'get-task@sha256:1' } }, 'images'],
] as const)('what is none is refused: %j', ([content, why]) => {
  expect(() => imagesOf(releaseOf(content), 'refused')).toThrow(why);
});

test('a tag will do where the image is on the cluster’s own machine', () => {
  expect(oneImage(['get-task'], 'dev.local/get-task:v2', 'allowed').of.get('get-task')).toBe('dev.local/get-task:v2');
  expect(() => oneImage(['get-task'], 'dev.local/get-task:v2', 'refused')).toThrow('digest');
  expect(() => oneImage(['get-task', 'list-tasks'], image, 'refused')).toThrow('one function');
});
