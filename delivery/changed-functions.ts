/** Which functions' images are others than those of an earlier commit. */
import { checkout } from '../local/checkout.ts';
import { buildWhenStale } from '../local/fresh-build.ts';
import { buildAt } from './build-at.ts';
import { contentKeys } from './content-keys.ts';

/** A function that is new is among them; one that is gone is not: nothing is built of it. */
export async function changedFunctions(since: string): Promise<readonly string[]> {
  await buildWhenStale();
  const then = await contentKeys(await buildAt(since));
  const now = await contentKeys(checkout);
  return [...now].filter(([name, key]) => then.get(name) !== key).map(([name]) => name);
}
