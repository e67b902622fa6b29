/** What MongoDB says against an operation, by its codes: MongoDB's manual, error codes. */
import { MongoServerError } from 'mongodb';

/** Another document has the same value in a unique index. */
export const duplicateKey = 11000;

/** `Unauthorized`, `CommandNotFound`, `CommandNotSupported`, `NotImplemented`. */
const notForUs: readonly unknown[] = [13, 59, 115, 238];

/** Whether the server does not do a thing, or not for whoever is logged in. */
export function isNotForUs(error: unknown): boolean {
  return error instanceof MongoServerError && notForUs.includes(error.code);
}

export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === duplicateKey;
}
