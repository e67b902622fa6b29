/** The Dockerfile as text: the bases that it names, and its stages. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Stage {
  readonly name: string;
  /** Another stage, `scratch`, or `${…}`: one of the bases. */
  readonly from: string;
  readonly instructions: string;
}

export const dockerfile = path.join(import.meta.dirname, '../Dockerfile');

const [head = '', ...parts] = readFileSync(dockerfile, 'utf8').split(/^(?=FROM )/m);

/** Images of others, by the argument that replaces each. */
export const bases: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from(head.matchAll(/^ARG (\w+)=(\S+)$/gm), ([, name = '', reference = '']) => [name, reference]),
);

export const stages: readonly Stage[] = parts.map(instructions => {
  const [, from, name] = /^FROM (\S+) AS (\S+)\n/.exec(instructions) ?? [];
  if (from === undefined || name === undefined) throw new Error(`a stage without a name: ${instructions}`);
  return { name, from, instructions };
});
