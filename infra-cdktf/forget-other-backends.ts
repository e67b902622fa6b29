/**
 * Terraform remembers beside a stack which bucket had its state, and offers to carry that over into another one. When another
 * project has taken a project's place, that would be the old one's resources: what is remembered is forgotten. The state
 * itself stays in its bucket.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/**
 * @param folder of the stacks, as they are made now
 * @returns the stacks that had another bucket
 */
export function forgetOtherBackends(folder: string): readonly string[] {
  return readdirSync(folder).filter(stack => {
    const workingFolder = path.join(folder, stack, '.terraform');
    const remembered = path.join(workingFolder, 'terraform.tfstate');
    if (!existsSync(remembered)) return false;
    const { backend } = JSON.parse(readFileSync(remembered, 'utf8'));
    const { terraform } = JSON.parse(readFileSync(path.join(folder, stack, 'cdk.tf.json'), 'utf8'));
    if (isDeepStrictEqual(placeOf(backend?.config), placeOf(terraform.backend.gcs))) return false;
    rmSync(workingFolder, { recursive: true });
    return true;
  });
}

function placeOf(backend: { bucket?: string; prefix?: string } | undefined): object {
  return { bucket: backend?.bucket, prefix: backend?.prefix };
}
