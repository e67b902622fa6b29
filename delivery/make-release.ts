/** Builds what has changed, once, and says which image each function has. */
import { basesAtHand } from '../images/bases-at-hand.ts';
import { buildImage } from '../images/build-image.ts';
import { production } from '../infra-cdktf/environments.ts';
import type { Contract } from '../lib/http/contract.ts';
import { Failure } from '../local/failure.ts';
import type { Progress } from '../local/progress.ts';
import type { ContentKeys } from './content-keys.ts';
import { type ImageStore, isOfThisMachine, registry, storageOfThisMachine } from './image-store.ts';

export interface ReleaseOrder {
  /** `HOST/PATH` */
  readonly place: string;
  readonly destination: 'registry' | 'this machine';
  readonly commit: string;
  /** Those to be built; what the others have already is found. */
  readonly contracts: readonly Contract[];
  readonly others: readonly Contract[];
  readonly keys: ContentKeys;
}

export interface MadeRelease {
  /** By function. */
  readonly images: Readonly<Record<string, string>>;
  /** Functions whose images this commit is the origin of, and that are not sealed. */
  readonly built: readonly string[];
  /** Of the others, those that have no image. */
  readonly missing: readonly string[];
}

/**
 * An image that is built is pushed by its key and its commit. By its key alone it is known from `npm run seal` on, which comes
 * after its signature: whatever is found by its key alone is signed, and a run that breaks off leaves nothing that a later
 * one would take for finished.
 */
export async function makeRelease(order: ReleaseOrder, progress: Progress): Promise<MadeRelease> {
  const store = order.destination === 'registry' ? registry(order.place) : storageOfThisMachine(order.place);
  const images: Record<string, string> = {};
  const built: string[] = [];
  const missing: string[] = [];
  const wanted = await lookUp(order, store);
  for (const { contract, key, sealed, ofThisCommit } of wanted) {
    const { name } = contract;
    const found = sealed ?? ofThisCommit;
    if (found !== undefined) images[name] = found;
    else if (order.others.includes(contract)) missing.push(name);
    else
      images[name] = await progress.step(
        name,
        () => build(order, store, contract, key, progress),
        image => image,
      );
    if (sealed === undefined && name in images) built.push(name);
  }
  return { images, built, missing };
}

interface Wanted {
  readonly contract: Contract;
  readonly key: string;
  readonly sealed: string | undefined;
  readonly ofThisCommit: string | undefined;
}

async function lookUp(
  { contracts, others, keys, commit }: ReleaseOrder,
  store: ImageStore,
): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  for (const contract of [...contracts, ...others]) {
    const key = keys.get(contract.name) ?? '';
    const sealed = await store.find(contract.name, key);
    const ofThisCommit = sealed === undefined ? await store.find(contract.name, tagOf(key, commit)) : undefined;
    wanted.push({ contract, key, sealed, ofThisCommit });
  }
  return wanted;
}

function tagOf(key: string, commit: string): string {
  return `${key}-${commit.slice(0, 12)}`;
}

async function build(
  order: ReleaseOrder,
  store: ImageStore,
  contract: Contract,
  key: string,
  progress: Progress,
): Promise<string> {
  const { place, commit, destination } = order;
  const bases = await basesAtHand(progress);
  if (!bases.official && destination === 'registry' && !isOfThisMachine(place))
    throw new Failure(
      `building for ${place}`,
      'the official bases cannot be reached, and what is built on stand-ins is for this machine only',
      'see whether registry-1.docker.io answers',
    );
  const tag = tagOf(key, commit);
  const source = `https://github.com/${production.repository}`;
  await buildImage(bases, { contract, reference: `${place}/${contract.name}:${tag}`, revision: commit, source });
  return store.put(contract.name, tag);
}
