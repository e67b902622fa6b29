/** Where images lie, by the function's name and a tag: in a registry, or in the storage of this machine. */
import { buildah } from '../images/buildah.ts';
import { debianProgram } from '../local/debian-program.ts';
import { Failure, lastLines } from '../local/failure.ts';
import { runProgram } from '../local/run-program.ts';

export interface ImageStore {
  /** @returns by which name the image is deployed; `undefined` when there is none with this tag */
  find(name: string, tag: string): Promise<string | undefined>;
  /** Puts the image there that was built as `<store>/<name>:<tag>`. @returns by which name it is deployed */
  put(name: string, tag: string): Promise<string>;
}

export interface Registry extends ImageStore {
  /** Gives an image that is there one more tag. @param image as `find` and `put` return it */
  tag(image: string, name: string, tag: string): Promise<void>;
}

/** @param place `HOST/PATH` */
export function registry(place: string): Registry {
  const tls = isOfThisMachine(place) ? 'false' : 'true';
  const skopeo = async (...args: readonly string[]) => runProgram((await debianProgram(['skopeo'])).command, args);
  const find = async (name: string, tag: string) => {
    const image = `docker://${place}/${name}:${tag}`;
    const { ok, output } = await skopeo('inspect', `--tls-verify=${tls}`, '--no-tags', '--format={{.Digest}}', image);
    if (ok) return `${place}/${name}@${output.trim()}`;
    // Of a registry that has it not, or not even the name (Distribution Specification, error codes).
    if (/manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN/.test(output)) return undefined;
    throw new Failure(
      `asking for ${image}`,
      lastLines(output, 5),
      'log in: gcloud auth configure-docker, skopeo login',
    );
  };
  return {
    find,
    async put(name, tag) {
      const local = `${place}/${name}:${tag}`;
      await buildah(`pushing ${local}`, ['push', '--quiet', `--tls-verify=${tls}`, local, `docker://${local}`]);
      const image = await find(name, tag);
      if (image === undefined) throw new Failure(`pushing ${local}`, 'the registry has it not', 'run it again');
      return image;
    },
    async tag(image, name, tag) {
      const to = `docker://${place}/${name}:${tag}`;
      const verified = [`--src-tls-verify=${tls}`, `--dest-tls-verify=${tls}`];
      const { ok, output } = await skopeo(
        'copy',
        '--quiet',
        '--preserve-digests',
        ...verified,
        `docker://${image}`,
        to,
      );
      if (!ok) throw new Failure(`naming ${to}`, lastLines(output, 5), 'run it again: what has its name keeps it');
    },
  };
}

/** Nobody else has given these a digest: they go by their tag. */
export function storageOfThisMachine(place: string): ImageStore {
  const named = (name: string, tag: string) => `${place}/${name}:${tag}`;
  return {
    async find(name, tag) {
      const known = await buildah('listing images', ['images', '--format', '{{.Name}}:{{.Tag}}']);
      return known.split('\n').includes(named(name, tag)) ? named(name, tag) : undefined;
    },
    put: async (name, tag) => named(name, tag),
  };
}

/** As the programs themselves, we ask for no certificate of a registry that only this machine reaches. */
export function isOfThisMachine(place: string): boolean {
  return /^(localhost|127\.0\.0\.1)[:/]/.test(place);
}
