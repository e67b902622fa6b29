/** Where things are in this checkout. */
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json; without a slash at its end. */
export const checkout = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** What the commands keep between two runs; git ignores it. */
export const localFolder = `${checkout}/.local`;
