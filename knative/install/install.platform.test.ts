/** shellcheck reads the installer. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../local/run-program.ts';
import { installDebianPackage } from '../../local/stores/debian.ts';

const root = path.join(import.meta.dirname, '../..');

test('shellcheck has nothing to say', async () => {
  const known = await runProgram('shellcheck', ['--version']).catch(() => ({ ok: false }));
  if (!known.ok) expect(await installDebianPackage('shellcheck')).toBeUndefined();
  expect(await runProgram('shellcheck', ['-x', 'knative/install/install.sh'], { cwd: root })).toEqual({
    ok: true,
    output: '',
  });
});
