/** How a list is asked for its next page. */
import * as z from 'zod/mini';

/** How many items a page has at most: the `limit` of every list. */
export const pageSize = z
  ._default(
    z.pipe(z.string().check(z.regex(/^([1-9]\d?|100)$/, 'Must be a whole number from 1 to 100.')), z.transform(Number)),
    20,
  )
  .register(z.globalRegistry, { type: 'integer', minimum: 1, maximum: 100, description: 'Items on a page.' });

export const cursor = z
  .optional(z.string())
  .register(z.globalRegistry, { description: 'The `next_cursor` of the page before; opaque.' });
