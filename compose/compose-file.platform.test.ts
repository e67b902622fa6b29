/** compose.yaml and the files that it mounts, as programs of others read them. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { installed } from '../local/installed.ts';
import { monitoringProgram } from '../local/monitoring/programs.ts';
import { runProgram } from '../local/run-program.ts';
import { installPythonEnvironment } from '../local/stores/python.ts';

const root = path.join(import.meta.dirname, '..');
const CHECK_JSONSCHEMA = '0.39.0';

test('compose.yaml keeps to the schema of the Compose specification', async () => {
  const compose = await readFile(path.join(root, 'compose.yaml'), 'utf8');
  expect(await againstSchema(compose)).toEqual([true, expect.stringContaining('ok')]);
  const misspelt = compose.replace('depends_on:', 'depend_on:');
  expect(await againstSchema(misspelt)).toEqual([false, expect.stringContaining("'depend_on' was unexpected")]);
});

/** check-jsonschema carries the schema. */
async function againstSchema(yaml: string): Promise<[ok: boolean, output: string]> {
  const requirement = `check-jsonschema==${CHECK_JSONSCHEMA}`;
  const folder = await installed(`check-jsonschema-${CHECK_JSONSCHEMA}`, partial =>
    installPythonEnvironment(requirement, partial),
  );
  using scratch = scratchFolder();
  writeFileSync(`${scratch.path}/compose.yaml`, yaml);
  const args = ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.compose-spec', `${scratch.path}/compose.yaml`];
  const { ok, output } = await runProgram(`${folder}/bin/python`, args);
  return [ok, output];
}

test('Prometheus takes its configuration, with the rules where the container has them', async () => {
  using scratch = scratchFolder();
  copyFileSync(path.join(root, 'compose/prometheus.yml'), `${scratch.path}/prometheus.yml`);
  copyFileSync(path.join(root, 'knative/monitoring/rules.yaml'), `${scratch.path}/rules.yaml`);
  const { command } = await monitoringProgram('promtool');
  const { ok, output } = await runProgram(command, ['check', 'config', `${scratch.path}/prometheus.yml`]);
  expect([ok, output]).toEqual([true, expect.stringMatching(/SUCCESS: \d+ rules found/)]);
});

test('Alertmanager takes its configuration', async () => {
  const { command } = await monitoringProgram('amtool');
  const { ok, output } = await runProgram(command, ['check-config', path.join(root, 'compose/alertmanager.yml')]);
  expect([ok, output]).toEqual([true, expect.stringContaining('SUCCESS')]);
});

function scratchFolder(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(`${tmpdir()}/compose-`);
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
