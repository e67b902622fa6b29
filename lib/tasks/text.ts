/** Text that every store can hold, its length counted in code points; and what JSON Schema can say of it. */
import * as z from 'zod/mini';

/** Text as it was sent. */
export function text(minimum: number, maximum: number): z.ZodMiniString {
  const said = { minLength: minimum, maxLength: maximum, pattern: String.raw`^[^\u0000]*$` };
  return z
    .string()
    .check(...rules(minimum, maximum))
    .register(z.globalRegistry, said);
}

/** Text of at least one code point, without white space at its ends; the length is what remains. */
export function trimmedText(maximum: number): z.ZodMiniString {
  const ink = String.raw`[^\s\u0000]`;
  const pattern = String.raw`^\s*${ink}([^\u0000]{0,${maximum - 2}}${ink})?\s*$`;
  const description = `1 to ${maximum} code points, when the white space at its ends is taken off.`;
  return z
    .string()
    .check(z.trim(), ...rules(1, maximum))
    .register(z.globalRegistry, { description, minLength: 1, pattern });
}

function rules(minimum: number, maximum: number) {
  const range = `Must have ${minimum} to ${maximum} code points.`;
  return [
    z.refine<string>(value => value.isWellFormed() && !value.includes('\0'), {
      error: 'Must be well-formed Unicode without U+0000.',
    }),
    z.refine<string>(value => within(codePoints(value), minimum, maximum), { error: range }),
  ];
}

function within(length: number, minimum: number, maximum: number): boolean {
  return length >= minimum && length <= maximum;
}

function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}
