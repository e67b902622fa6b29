/** A function's image, as the Dockerfile says, into the storage that buildah and podman share. */
import type { Contract } from '../lib/http/contract.ts';
import { checkout } from '../local/checkout.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { BasesAtHand } from './bases-at-hand.ts';
import { buildah, reproducibly } from './buildah.ts';
import { targetOf } from './target.ts';

export interface ImageOrder {
  readonly contract: Contract;
  /** The name it gets. */
  readonly reference: string;
  /** The commit that it is built from, and where that can be read: its labels. */
  readonly revision: string;
  readonly source: string;
  /** The checkout, unless it is a folder like it. */
  readonly context?: string;
}

export async function buildImage(bases: BasesAtHand, order: ImageOrder): Promise<void> {
  const { contract, reference, revision, source, context = checkout } = order;
  const labels = { FUNCTION: contract.name, VERSION: packageJson.version, REVISION: revision, SOURCE: source };
  const args = Object.entries(labels).flatMap(([label, value]) => ['--build-arg', `${label}=${value}`]);
  const where = ['--target', targetOf(contract), '--tag', reference, '.'];
  await buildah(
    `building the image of ${contract.name}`,
    ['bud', ...reproducibly, ...bases.arguments, ...args, ...where],
    context,
  );
}
