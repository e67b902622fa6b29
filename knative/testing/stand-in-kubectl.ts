/** A stand-in for kubectl, of whose cluster a script of shell says what it answers: scripts are tried without a cluster. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProgram } from '../../local/run-program.ts';

export interface Tried {
  readonly ok: boolean;
  readonly output: string;
  /** The commands that kubectl was given. */
  readonly told: readonly string[];
}

/**
 * @param answers branches of a `case` over the command; in them, `times` says how often this same command has been given
 */
export async function tryScript(
  [script, ...args]: readonly [string, ...string[]],
  answers: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Tried> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stand-in-'));
  const log = path.join(folder, 'told');
  try {
    const kubectl = path.join(folder, 'kubectl');
    writeFileSync(log, '');
    writeFileSync(
      kubectl,
      `#!/bin/sh\nprintf "%s\\n" "$*" >> '${log}'\ntimes=$(grep -cxF -e "$*" '${log}')\ncase "$*" in\n${answers}\nesac\n`,
    );
    chmodSync(kubectl, 0o755);
    const { ok, output } = await runProgram('bash', [script, ...args], {
      env: { PATH: `${folder}:${process.env.PATH}`, PAUSE: '0.05', ...env },
    });
    return { ok, output, told: readFileSync(log, 'utf8').split('\n').filter(Boolean) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
