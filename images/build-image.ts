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
  // As labels of its own: from arguments of the Dockerfile, buildah 1.28 takes those of another commit out of its cache.
  const labels = { version: packageJson.version, revision, source };
  const args = [
    ...['--build-arg', `FUNCTION=${contract.name}`],
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `org.opencontainers.image.${name}=${value}`]),
  ];
  const where = ['--target', targetOf(contract), '--tag', reference, '.'];
  await buildah(
    `building the image of ${contract.name}`,
    ['bud', ...reproducibly, ...bases.arguments, ...args, ...where],
    context,
  );
}
