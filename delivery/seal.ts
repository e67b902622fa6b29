/**
 * npm run seal: what .local/release/release.json names is known by its content key from now on, so that no later release
 * builds it again. To be run when all of it is signed.
 */
import { checkout } from '../local/checkout.ts';
import { describeFailure, Failure } from '../local/failure.ts';
import { buildWhenStale } from '../local/fresh-build.ts';
import { letGo } from '../local/leash.ts';
import { printedProgress } from '../local/progress.ts';
import { contentKeys } from './content-keys.ts';
import { registry } from './image-store.ts';
import { readRelease, releaseFolder } from './release-file.ts';

const progress = printedProgress(line => void process.stdout.write(line));

try {
  const { images } = readRelease(`${releaseFolder}/release.json`);
  await buildWhenStale();
  const keys = await contentKeys(checkout);
  for (const [name, image] of Object.entries(images)) {
    const [, place] = /^(.+)\/[^/]+@sha256:/.exec(image) ?? [];
    const key = keys.get(name);
    if (place === undefined || key === undefined)
      throw new Failure(`sealing ${name}`, `${image} is in no registry`, 'npm run release -- --registry … --push');
    const store = registry(place);
    if ((await store.find(name, key)) === image) continue;
    await progress.step(
      name,
      () => store.tag(image, name, key),
      () => `is ${key}`,
    );
  }
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
} finally {
  await letGo();
}
