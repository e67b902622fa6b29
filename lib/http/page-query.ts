import * as z from 'zod/mini';

/** How many items a page has at most: the `limit` of every list. */
export const pageSize = z._default(
  z.pipe(z.string().check(z.regex(/^([1-9]\d?|100)$/, 'Must be a whole number from 1 to 100.')), z.transform(Number)),
  20,
);
