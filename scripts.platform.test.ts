/** shellcheck reads every script. */
import { expect, test } from 'vitest';
import { debianProgram } from './local/debian-program.ts';
import { runProgram } from './local/run-program.ts';
import { shellScripts } from './local/testing/shell-scripts.ts';

test('shellcheck has nothing to say', async () => {
  const { command } = await debianProgram(['shellcheck']);
  expect(await runProgram(command, ['-x', ...shellScripts()], { cwd: import.meta.dirname })).toEqual({
    ok: true,
    output: '',
  });
});
