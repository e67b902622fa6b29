import { MongoServerError } from 'mongodb';

/** `Unauthorized`, `CommandNotFound`, `CommandNotSupported`, `NotImplemented`: MongoDB's manual, error codes. */
const codes: readonly unknown[] = [13, 59, 115, 238];

/** Whether the server does not do a thing, or not for whoever is logged in. */
export function isNotForUs(error: unknown): boolean {
  return error instanceof MongoServerError && codes.includes(error.code);
}
