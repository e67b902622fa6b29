/** Builds the images of functions as the Dockerfile says, on its own bases where they can be had, else on stand-ins. */
import { mkdirSync } from 'node:fs';
import { catalogue } from '../functions/catalogue.ts';
import { checkout } from '../local/checkout.ts';
import type { Progress } from '../local/progress.ts';
import { throwAwayFolder } from '../local/throw-away-folder.ts';
import packageJson from '../package.json' with { type: 'json' };
import { buildah, reproducibly } from './buildah.ts';
import { type Image, readImage } from './image.ts';
import { standIns } from './stand-ins.ts';

export interface Builder extends AsyncDisposable {
  /** For people. */
  readonly bases: string;
  /** @param context the checkout, or a folder like it */
  build(name: string, context?: string): Promise<Image>;
}

/** Disposed of, it takes the images along; what they are made of is kept, so that the next ones are made sooner. */
export async function openBuilder(progress: Progress): Promise<Builder> {
  const official = await answers('https://registry-1.docker.io/v2/');
  const replaced = official ? {} : await standIns(progress);
  const on = Object.entries(replaced).flatMap(([name, base]) => ['--build-arg', `${name}=${base}`]);
  const folder = throwAwayFolder();
  const made = new Set<string>();

  return {
    bases: official ? 'the official images' : 'stand-ins for the official images',
    async build(name, context = checkout) {
      const reference = `localhost/task-manager-test/${name}:${process.pid}-${made.size}`;
      const labels = { FUNCTION: name, VERSION: packageJson.version, REVISION: 'none', SOURCE: 'https://example.org/' };
      const args = Object.entries(labels).flatMap(([label, value]) => ['--build-arg', `${label}=${value}`]);
      const where = ['--target', targetOf(name), '--tag', reference, '.'];
      const pull = official ? [] : ['--pull-never'];
      await buildah(
        `building the image of ${name}`,
        ['bud', ...reproducibly, ...pull, ...on, ...args, ...where],
        context,
      );
      made.add(reference);
      const unpacked = `${folder}/${made.size}`;
      mkdirSync(unpacked);
      return readImage(name, reference, unpacked);
    },
    async [Symbol.asyncDispose]() {
      if (made.size > 0) await buildah('removing images', ['rmi', ...made]);
    },
  };
}

function targetOf(name: string): string {
  const contract = catalogue.find(each => each.name === name);
  const programs = contract?.kind === 'job' && contract.needs?.includes('postgresql-programs');
  return programs ? 'job-with-postgresql-programs' : 'function';
}

function answers(registry: string): Promise<boolean> {
  return fetch(registry, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}
