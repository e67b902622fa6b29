/** Takes images out of the storage, but nothing that they were made of: another build may be taking it from there just now. */
import { podman } from './podman.ts';

export async function forgetImages(references: readonly string[]): Promise<void> {
  if (references.length > 0) await podman(['rmi', '--no-prune', ...references]);
}
