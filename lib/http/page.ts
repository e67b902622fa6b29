/** One page of a list, as it is answered. */
import * as z from 'zod/mini';

/** @param nextCursor where the next page begins; null at the end of a list that has one */
export function pageOf<I extends z.ZodMiniType, C extends z.ZodMiniType>(item: I, nextCursor: C) {
  return z.object({ items: z.array(item).check(z.maxLength(100)), next_cursor: nextCursor });
}
