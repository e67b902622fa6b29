/** The environment of a process: read once, by one schema of what its function needs. */
import * as z from 'zod/mini';

/** A schema's fields, as each store and room declares those it reads. */
export type Variables = Readonly<Record<string, z.ZodMiniType>>;
export type Environment<V extends Variables> = z.output<z.ZodMiniObject<{ -readonly [name in keyof V]: V[name] }>>;

/** The variables that end the process, with the reason for each. */
export class BadEnvironment extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.name = 'BadEnvironment';
  }
}

export const wholeNumber = (minimum: number, maximum: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,9}$/, 'must be a whole number')),
    z.pipe(
      z.transform(Number),
      z
        .number()
        .check(z.minimum(minimum, `must be at least ${minimum}`), z.maximum(maximum, `must be at most ${maximum}`)),
    ),
  );

export const urlOf = (...protocols: readonly string[]) =>
  z.string().check(
    z.refine(text => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
      error: `must be a URL with ${protocols.join(' or ')}//`,
    }),
  );

export const port = wholeNumber(0, 65535);

/** @throws {BadEnvironment} naming every variable that is missing or wrong; an empty one counts as missing */
export function parseEnvironment<V extends Variables>(variables: V, source: NodeJS.ProcessEnv): Environment<V> {
  const given = Object.fromEntries(Object.keys(variables).map(name => [name, source[name] || undefined]));
  const parsed = z.object(variables).safeParse(given);
  if (parsed.success) return parsed.data;
  throw new BadEnvironment(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return given[name] === undefined ? `${name} is missing` : `${name} ${message}`;
    }),
  );
}
