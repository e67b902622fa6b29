/** What delivery/sign.sh asks of cosign: a stand-in tells it, because Sigstore wants to know who somebody is. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../local/run-program.ts';
import { writeRelease } from './release-file.ts';

/** Nothing is signed but what SIGNED names; `FAILS` makes one command fail. */
const cosign = `#!/bin/sh
echo "$*" >> "$TOLD"
case "$1" in
  verify*) case " $SIGNED " in *" $1 "*) exit 0 ;; *) exit 1 ;; esac ;;
  "$FAILS") echo "refused"; exit 1 ;;
esac
`;

const image = `registry.example/path/get-task@sha256:${'a'.repeat(64)}`;
const other = `registry.example/path/list-tasks@sha256:${'b'.repeat(64)}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sign-'));
  writeFileSync(path.join(folder, 'cosign'), cosign);
  chmodSync(path.join(folder, 'cosign'), 0o755);
  const images = { 'get-task': image, 'list-tasks': other };
  writeRelease(path.join(folder, 'release.json'), { commit: 'c'.repeat(40), made: '2026-11-24T09:00:00.000Z', images });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function sign(env: Readonly<Record<string, string>>) {
  const log = path.join(folder, 'told');
  writeFileSync(log, '');
  const surroundings = {
    PATH: `${folder}:${process.env.PATH}`,
    TOLD: log,
    SIGNED: '',
    FAILS: '',
    IDENTITY: undefined,
    ...env,
  };
  const { ok, output } = await runProgram(path.join(import.meta.dirname, 'sign.sh'), [folder], { env: surroundings });
  return { ok, output, told: readFileSync(log, 'utf8').trimEnd().split('\n') };
}

const github = { GITHUB_REPOSITORY: 'example/task-manager' };

test('each image is signed, and its bill of materials, by the workflow on main alone', async () => {
  const { ok, told } = await sign(github);
  expect(ok).toBe(true);
  const making = told.filter(line => !line.startsWith('verify'));
  expect(making).toEqual([
    `sign --yes ${image}`,
    `attest --yes --type=cyclonedx --predicate=${folder}/sbom/get-task.cdx.json ${image}`,
    `sign --yes ${other}`,
    `attest --yes --type=cyclonedx --predicate=${folder}/sbom/list-tasks.cdx.json ${other}`,
  ]);
  const who = 'https://github.com/example/task-manager/.github/workflows/release.yaml@refs/heads/main';
  for (const line of told.filter(each => each.startsWith('verify'))) {
    expect(line).toContain(`--certificate-identity=${who} `);
    expect(line).toContain('--certificate-oidc-issuer=https://token.actions.githubusercontent.com ');
  }
});

test('what has a signature keeps it', async () => {
  const { ok, told } = await sign({ ...github, SIGNED: 'verify' });
  expect(ok).toBe(true);
  expect(told.filter(line => line.startsWith('sign'))).toEqual([]);
  expect(told.filter(line => line.startsWith('attest'))).toHaveLength(2);
});

test.each(['sign', 'attest'])('where %s is refused, all is', async FAILS => {
  const { ok, told } = await sign({ ...github, FAILS });
  expect(ok).toBe(false);
  expect(told.join('\n')).not.toContain(other);
});

test('nobody signs as nobody', async () => {
  const { ok, output } = await sign({ GITHUB_REPOSITORY: '' });
  expect(ok).toBe(false);
  expect(output).toContain('IDENTITY is not set');
});
