import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { installOwnPackages } from '../local/own-packages.ts';
import { runProgram } from '../local/run-program.ts';
import { production } from './environments.ts';

test('a stack whose project is another one begins anew, and others go on', async () => {
  await installOwnPackages('infra-cdktf');
  const outdir = mkdtempSync(path.join(tmpdir(), 'backends-'));
  const workingFolder = (stack: string) => path.join(outdir, 'stacks', stack, '.terraform');
  const remember = (stack: string, bucket: string, prefix: string) => {
    mkdirSync(workingFolder(stack), { recursive: true });
    // As Terraform 1.11 leaves it after `init`.
    const backend = { type: 'gcs', config: { access_token: null, bucket, prefix }, hash: 1 };
    writeFileSync(path.join(workingFolder(stack), 'terraform.tfstate'), JSON.stringify({ version: 3, backend }));
  };
  try {
    remember('production-data', 'the-project-before-terraform-state', 'data');
    remember('production-network', `${production.project.id}-terraform-state`, 'network');
    const main = path.join(import.meta.dirname, 'main.ts');
    const { output } = await runProgram(process.execPath, [main], { env: { CDKTF_OUTDIR: outdir } });
    expect(output).toBe('production-data: its state is in another bucket now, and Terraform begins there anew\n');
    expect([existsSync(workingFolder('production-data')), existsSync(workingFolder('production-network'))]).toEqual([
      false,
      true,
    ]);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
