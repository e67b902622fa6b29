/** What pages tell gcloud, gcloud's own parser understands: commands, flags, what has to be there. It asks nobody anything. */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from './local/failure.ts';
import { runProgram } from './local/run-program.ts';
import { findOnPath } from './local/stores/on-path.ts';
import { commandsOf } from './local/testing/commands-of.ts';
import { fencedBlocks, inlineCode } from './local/testing/markdown.ts';

interface Verdict {
  readonly command_string: string;
  readonly success: boolean;
  readonly error_message: string | null;
}

const folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

const commands = globSync('**/*.md', { cwd: import.meta.dirname, exclude: ['**/node_modules', '.local', '.git'] })
  .map(page => readFileSync(path.join(import.meta.dirname, page), 'utf8'))
  .flatMap(text => [...fencedBlocks(text).map(block => block.text), ...inlineCode(text)])
  .flatMap(shell => commandsOf('gcloud', shell))
  // Of an option alone, as sentences name it, there is nothing to check.
  .filter(command => !command.includes('…'))
  .map(filledIn);

const wrong = ['gcloud sql instances describe task-manager --regoin=x', 'gcloud sql backups restore 1'];

let verdicts: readonly Verdict[];
beforeAll(async () => {
  verdicts = await verdictsOn([...commands, ...wrong]);
});

test('each command of gcloud is one that it knows', () => {
  const ours = verdicts.slice(0, commands.length);
  expect(ours.filter(({ success }) => !success).map(described)).toEqual([]);
  expect(ours.length).toBeGreaterThan(80);
});

test('a flag that there is not is noticed, and one that is lacking', () => {
  expect(verdicts.slice(commands.length).map(described)).toEqual([
    expect.stringContaining('unrecognized arguments: --regoin=x'),
    expect.stringContaining('--restore-instance'),
  ]);
});

async function verdictsOn(lines: readonly string[]): Promise<readonly Verdict[]> {
  const gcloud = await findOnPath('gcloud', /Google Cloud SDK (\S+)/);
  if (!gcloud)
    throw new Failure(
      'checking the commands of gcloud',
      'gcloud is not on PATH',
      'install it: https://cloud.google.com/sdk/docs/install',
    );
  const file = path.join(folder, 'commands.md');
  writeFileSync(file, ['```', ...lines, '```', ''].join('\n'));
  const args = ['meta', 'lint-gcloud-commands', `--commands-text-file=${file}`, '--verbosity=error'];
  const { ok, output } = await runProgram(gcloud.command, args);
  expect(ok, output).toBe(true);
  return JSON.parse(output);
}

function described({ command_string, error_message }: Verdict): string {
  return `${command_string}: ${error_message}`;
}

/** Values in the form that the parser wants, for what a page leaves to its reader. The check itself fails at a `#`. */
function filledIn(command: string): string {
  return command
    .replaceAll(/\$\{?[A-Za-z_]+\}?|OLD_PROJECT/g, 'some-name')
    .replaceAll(/=(INSTANT|DELETED)\b/g, '=2026-11-24T03:00:00Z')
    .replaceAll('=GIGABYTES', '=100')
    .replaceAll('#GENERATION', '');
}
