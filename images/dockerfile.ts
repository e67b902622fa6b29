/** The Dockerfile as text: the bases that it names, and its stages. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Stage {
  readonly name: string;
  /** Another stage, `scratch`, or `${…}`: one of the bases. */
  readonly from: string;
  readonly instructions: string;
}

export interface Dockerfile {
  /** Images of others, by the argument that replaces each. */
  readonly bases: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

export const dockerfile = path.join(import.meta.dirname, '../Dockerfile');

export const { bases, stages } = parseDockerfile(readFileSync(dockerfile, 'utf8'));

/** @throws when a stage has no name */
export function parseDockerfile(text: string): Dockerfile {
  const [head = '', ...parts] = text.split(/^(?=FROM )/m);
  const named = head.matchAll(/^ARG (\w+)=(\S+)$/gm);
  return {
    bases: Object.fromEntries(Array.from(named, ([, name = '', reference = '']) => [name, reference])),
    stages: parts.map(instructions => {
      const [, from, name] = /^FROM (\S+) AS (\S+)\n/.exec(instructions) ?? [];
      if (from === undefined || name === undefined) throw new Error(`a stage without a name: ${instructions}`);
      return { name, from, instructions };
    }),
  };
}
