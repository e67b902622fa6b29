/** shellcheck reads the installer, and every other script of the room. */
import { globSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../local/run-program.ts';
import { installDebianPackage } from '../../local/stores/debian.ts';

const root = path.join(import.meta.dirname, '../..');

test('shellcheck has nothing to say', async () => {
  const known = await runProgram('shellcheck', ['--version']).catch(() => ({ ok: false }));
  if (!known.ok) expect(await installDebianPackage('shellcheck')).toBeUndefined();
  const scripts = globSync('knative/**/*.sh', { cwd: root });
  expect(scripts).toContain('knative/install/install.sh');
  expect(await runProgram('shellcheck', ['-x', ...scripts], { cwd: root })).toEqual({
    ok: true,
    output: '',
  });
});
