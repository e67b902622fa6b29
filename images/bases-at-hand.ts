/** What the Dockerfile builds on here: the bases that it names where they can be had, else stand-ins. */
import type { Progress } from '../local/progress.ts';
import { standIns } from './stand-ins.ts';

export interface BasesAtHand {
  readonly official: boolean;
  /** For people. */
  readonly name: string;
  /** What a build is told of them. */
  readonly arguments: readonly string[];
}

export async function basesAtHand(progress: Progress): Promise<BasesAtHand> {
  if (await answers('https://registry-1.docker.io/v2/'))
    return { official: true, name: 'the official images', arguments: [] };
  const replaced = Object.entries(await standIns(progress));
  return {
    official: false,
    name: 'stand-ins for the official images',
    arguments: ['--pull-never', ...replaced.flatMap(([name, base]) => ['--build-arg', `${name}=${base}`])],
  };
}

function answers(registry: string): Promise<boolean> {
  return fetch(registry, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}
