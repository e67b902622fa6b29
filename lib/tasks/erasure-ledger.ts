/** The ledger of erasures, kept beside the backups: what a backup brings back of an erased tenant is erased again. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { ObjectExists } from '../stores/object-errors.ts';
import type { Objects } from '../stores/objects.ts';

const erasure = z.object({
  tenant: z.string(),
  /** By PostgreSQL's clock. */
  erased_at: z.iso.datetime(),
});

export type Erasure = Readonly<z.output<typeof erasure>>;

export const erasuresPrefix = 'erasures/';

/** One object for each erasure; writing it again changes nothing. @throws {Unavailable} */
export async function recordErasure(objects: Objects, { tenant, erased_at }: Erasure): Promise<void> {
  const digest = createHash('sha256').update(tenant).digest('hex').slice(0, 16);
  const name = `${erasuresPrefix}${erased_at.replaceAll(':', '-')}-${digest}.json`;
  try {
    await objects.write(name, Readable.from([`${JSON.stringify({ tenant, erased_at })}\n`]));
  } catch (error) {
    if (!(error instanceof ObjectExists)) throw error;
  }
}

/** Erasures after an instant, or at it, in their order. @throws {Unavailable} */
export async function erasuresSince(objects: Objects, instant: string): Promise<Erasure[]> {
  const erasures: Erasure[] = [];
  for (const name of await objects.list(erasuresPrefix)) {
    if (!name.endsWith('.json')) continue;
    const recorded = parse(name, await text(await objects.read(name)));
    if (Date.parse(recorded.erased_at) >= Date.parse(instant)) erasures.push(recorded);
  }
  return erasures;
}

function parse(name: string, recorded: string): Erasure {
  try {
    return erasure.parse(JSON.parse(recorded));
  } catch (error) {
    throw new Error(`${name} is no record of an erasure`, { cause: error });
  }
}
