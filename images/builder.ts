/** Builds the images of functions to be looked at, and takes them away again. */
import { mkdirSync } from 'node:fs';
import { catalogue } from '../functions/catalogue.ts';
import type { Progress } from '../local/progress.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import { basesAtHand } from './bases-at-hand.ts';
import { buildImage } from './build-image.ts';
import { forgetImages } from './forget-images.ts';
import { type Image, readImage } from './image.ts';

export interface Builder extends AsyncDisposable {
  /** For people. */
  readonly bases: string;
  /** @param context the checkout, or a folder like it */
  build(name: string, context?: string): Promise<Image>;
}

/** Disposed of, it takes the images along; what they are made of is kept, so that the next ones are made sooner. */
export async function openBuilder(progress: Progress): Promise<Builder> {
  const bases = await basesAtHand(progress);
  const folder = throwAwayFolder();
  const made = new Set<string>();

  return {
    bases: bases.name,
    async build(name, context) {
      const reference = `localhost/task-manager-test/${name}:${process.pid}-${made.size}`;
      const labels = { revision: 'none', source: 'https://example.org/' };
      const contract = catalogue.find(each => each.name === name);
      if (contract === undefined) throw new Error(`${name} is not in the catalogue`);
      await buildImage(bases, { contract, reference, ...labels, ...(context === undefined ? {} : { context }) });
      made.add(reference);
      const unpacked = `${folder}/${made.size}`;
      mkdirSync(unpacked);
      return readImage(name, reference, unpacked);
    },
    async [Symbol.asyncDispose]() {
      await forgetImages([...made]);
    },
  };
}
