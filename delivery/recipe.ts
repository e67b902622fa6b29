/** Of the Dockerfile, what one image is made by: a stage, all those that it takes from, and the bases that they name. */
import type { Dockerfile } from '../images/dockerfile.ts';
import type { Target } from '../images/target.ts';

/** Comments are left out: they make no layer. */
export function recipeOf(target: Target, { bases, stages }: Dockerfile): string {
  const wanted = new Set<string>([target]);
  // A stage takes from those above it only.
  for (const { name, from, instructions } of stages.toReversed()) {
    if (!wanted.has(name)) continue;
    wanted.add(from);
    for (const [, copied = ''] of instructions.matchAll(/--from=(\S+)/g)) wanted.add(copied);
  }
  const pinned = Object.entries(bases).filter(([name]) => wanted.has(`\${${name}}`));
  const taken = stages.filter(({ name }) => wanted.has(name)).map(({ instructions }) => instructions);
  return [...pinned.map(([name, reference]) => `ARG ${name}=${reference}\n`), ...taken]
    .join('')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\n+/g, '\n');
}
