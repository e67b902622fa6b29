/** The OpenAPI document against the whole system, as Schemathesis reads it: an independent reading of what ours says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { installed } from './installed.ts';
import { runProgram } from './run-program.ts';
import { installPythonEnvironment } from './stores/python.ts';
import { startEphemeral } from './testing/running-system.ts';

const version = '4.32.5';

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

test('a hundred requests to each operation are answered as the document says', { timeout: 600_000 }, async () => {
  const name = `schemathesis-${version}`;
  const folder = await installed(name, partial => installPythonEnvironment(`schemathesis==${version}`, partial));
  await using system = await startEphemeral();
  const cwd = mkdtempSync(`${tmpdir()}/schemathesis-`); // it keeps what it has found in the folder it runs in
  try {
    // Its own script names the interpreter by the folder it was installed in first.
    const program = [`${folder}/bin/st`, 'run', `${system.url}/openapi.json`];
    const options = ['--checks', checks.join(','), '--max-examples', '100', '--seed', '1', '--no-color'];
    const { ok, output } = await runProgram(`${folder}/bin/python`, [...program, ...options], { cwd });
    expect([ok, output]).toEqual([true, expect.stringMatching(/(\d+) generated, \1 passed/)]);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
