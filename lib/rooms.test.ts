import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const trespass = path.join(root, 'lib/cache/trespass');
afterEach(() => rm(trespass, { recursive: true, force: true }));

interface Cruise {
  readonly summary: { readonly totalCruised: number; readonly violations: readonly { rule: { name: string } }[] };
}

async function cruise(...places: string[]): Promise<Cruise['summary']> {
  const cli = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, '--output-type', 'json', ...places], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { stdout: string; stderr: string }) => error);
  const report: Cruise = JSON.parse(stdout);
  return report.summary;
}

test('the dependency rules see the code, and catch who breaks them', async () => {
  await mkdir(trespass, { recursive: true });
  await writeFile(
    path.join(trespass, 'trespass.ts'),
    "import '../../tasks/task.ts';\nimport '../../../bench/mutations.ts';\nimport 'pg';\n",
  );
  const { totalCruised, violations } = await cruise('lib/cache');
  expect(totalCruised).toBeGreaterThan(5);
  expect(violations.map(({ rule }) => rule.name)).toEqual(
    expect.arrayContaining(['cache-knows-no-task', 'nobody-knows-bench', 'one-file-per-client']),
  );
});
