/** Which image each function is to run: from what a release wrote, or the one that was named. */
import { Failure } from '../local/failure.ts';
import { readRelease } from './release-file.ts';

export interface Images {
  /** What they were built from; undefined of an image that somebody named. */
  readonly commit: string | undefined;
  readonly of: ReadonlyMap<string, string>;
}

const byDigest = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/** @param tags whether an image may be named by a tag: only where the cluster's machine has it already */
export function imagesOf(file: string, tags: 'allowed' | 'refused'): Images {
  const { commit, images } = readRelease(file);
  for (const image of Object.values(images)) refuseTag(image, tags);
  return { commit, of: new Map(Object.entries(images)) };
}

export function oneImage(names: readonly string[], image: string, tags: 'allowed' | 'refused'): Images {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0)
    throw new Failure('reading --image', 'it is the image of one function', 'name that function, and no other');
  refuseTag(image, tags);
  return { commit: undefined, of: new Map([[name, image]]) };
}

/** A tag can be moved: what was tried on staging would not be what production runs. */
function refuseTag(image: string, tags: 'allowed' | 'refused'): void {
  if (tags === 'refused' && !byDigest.test(image))
    throw new Failure('reading the images', `${image} is not named by its digest`, 'HOST/PATH/get-task@sha256:…');
}
