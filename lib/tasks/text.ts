/** Text that every store can hold, its length counted in code points. */
import * as z from 'zod/mini';

/** Text as it was sent. */
export function text(minimum: number, maximum: number): z.ZodMiniString {
  return z.string().check(...rules(minimum, maximum));
}

/** Text without white space at its ends; the length is what remains. */
export function trimmedText(minimum: number, maximum: number): z.ZodMiniString {
  return z.string().check(z.trim(), ...rules(minimum, maximum));
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
