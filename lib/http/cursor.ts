/** Opaque page tokens: where the next page of one list begins. They say nothing of the tenant, and are data, never SQL. */
import type * as z from 'zod/mini';
import { badRequest } from './problem.ts';

export interface CursorCodec<S extends z.ZodMiniType> {
  encode(position: z.input<S>): string;
  /** @throws {Problem} 400 when the cursor is not one that this list made */
  decode(cursor: string): z.output<S>;
}

/**
 * @param list names the list, its filter and sort included: another list's cursor is refused
 * @param position the shape of a sort key
 */
export function cursorCodec<S extends z.ZodMiniType>(list: string, position: S): CursorCodec<S> {
  return {
    encode: key => Buffer.from(JSON.stringify([list, key])).toString('base64url'),
    decode(cursor) {
      const [madeBy, key] = parse(cursor);
      const checked = position.safeParse(key);
      if (madeBy === list && checked.success) return checked.data;
      throw badRequest([{ parameter: 'cursor', detail: 'Not a cursor of this list.' }]);
    },
  };
}

function parse(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
