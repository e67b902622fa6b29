/** Where backups are kept: a bucket of Cloud Storage, or a folder. An object is written once, and never changed. */
import type { Readable } from 'node:stream';

export interface Objects {
  /** For people: `gs://bucket`, or the folder. */
  readonly place: string;
  /**
   * Writes an object in constant memory. It is there whole, or not at all.
   *
   * @throws {ObjectExists} whatever has its name stays as it is
   * @throws {Unavailable}
   */
  write(name: string, content: Readable): Promise<void>;
  /** @throws {ObjectMissing} @throws {Unavailable} */
  read(name: string): Promise<Readable>;
  /** The names that begin with `prefix`, in their order. @throws {Unavailable} */
  list(prefix: string): Promise<string[]>;
}
