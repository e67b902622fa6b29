/** An image that has been built: what it says of itself, and its layers, as they are before they are compressed. */
import { readFileSync } from 'node:fs';
import { runProgram } from '../local/run-program.ts';
import { buildah } from './buildah.ts';

export interface Image {
  readonly name: string;
  /** Its name in the storage that buildah and podman share. */
  readonly reference: string;
  readonly config: ImageConfig;
  /** From the base up. */
  readonly layers: readonly Layer[];
}

/** As far as ours have one. */
export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

export interface Layer {
  /** The same for the same bytes. */
  readonly digest: string;
  /** A tar archive. */
  readonly file: string;
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

/** @param folder is filled with its layers */
export async function readImage(name: string, reference: string, folder: string): Promise<Image> {
  const pushed = ['push', '--quiet', '--format', 'oci', '--disable-compression', reference, `dir:${folder}`];
  await buildah(`reading ${reference}`, pushed);
  const file = (digest: string) => `${folder}/${digest.replace('sha256:', '')}`;
  const manifest: Manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
  const { config }: { config: ImageConfig } = JSON.parse(readFileSync(file(manifest.config.digest), 'utf8'));
  const layers = manifest.layers.map(({ digest }) => ({ digest, file: file(digest) }));
  return { name, reference, config, layers };
}

export interface Entry {
  /** As ls prints it: `-rwxr-xr-x`. */
  readonly mode: string;
  /** `user/group`, by number. */
  readonly owner: string;
  readonly path: string;
}

/** Every file and folder of an image. */
export async function entriesOf({ layers }: Image): Promise<readonly Entry[]> {
  const listed = await Promise.all(
    layers.map(({ file }) => runProgram('tar', ['--list', '--verbose', '--numeric-owner', '--file', file])),
  );
  return listed.flatMap(({ output }) =>
    output
      .trimEnd()
      .split('\n')
      .map(line => {
        const [, mode = '', owner = '', path = ''] = /^(\S+) (\S+) +\S+ \S+ \S+ (.*)$/.exec(line) ?? [];
        return { mode, owner, path: `/${path.replace(/^\.?\//, '')}` };
      }),
  );
}
