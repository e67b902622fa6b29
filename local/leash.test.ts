import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { checkout } from './checkout.ts';
import { identify } from './process-identity.mjs';

test('what a killed process leaves behind is ended, its folder removed', async () => {
  const parent = mkdtempSync(`${tmpdir()}/leash-`);
  const folder = `${parent}/with a space`;
  mkdirSync(folder);
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { spawn } from 'node:child_process';
       import { keepOnLeash, removeAtTheEnd, unleash } from '${checkout}/local/leash.ts';
       const left = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
       const forgotten = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
       keepOnLeash(left.pid, 'TERM');
       keepOnLeash(forgotten.pid, 'TERM');
       unleash(forgotten.pid);
       removeAtTheEnd(${JSON.stringify(folder)});
       console.log(left.pid, forgotten.pid);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = await once(holder.stdout, 'data');
  const [left = 0, forgotten = 0] = String(line).split(' ').map(Number);
  expect(identify(left)).toBeDefined();
  holder.kill('SIGKILL');
  await vi.waitUntil(() => identify(left) === undefined && !existsSync(folder), 5_000);
  expect(identify(forgotten)).toBeDefined();
  process.kill(forgotten, 'SIGKILL');
  rmSync(parent, { recursive: true });
});
