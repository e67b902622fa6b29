/** The document, as Redocly's linter sees it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runProgram } from '../../../local/run-program.ts';
import { catalogue } from '../../catalogue.ts';
import { openApiDocument } from './document.ts';
import type { OpenApiDocument } from './openapi-object.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'openapi-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const linter = path.join(import.meta.dirname, '../../../node_modules/@redocly/cli/bin/cli.js');

const config = `
extends: [recommended-strict]
rules:
  operation-2xx-response: off # the redirect has none
  no-unused-components: error
  operation-operationId: error
  operation-description: off
  tags-alphabetical: off
`;

async function lint(document: OpenApiDocument): Promise<{ ok: boolean; output: string }> {
  writeFileSync(path.join(folder, 'openapi.json'), JSON.stringify(document, undefined, 1));
  writeFileSync(path.join(folder, 'redocly.yaml'), config);
  // It asks nobody: neither what its newest version is, nor to be counted.
  const env = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return runProgram(process.execPath, [linter, 'lint', 'openapi.json'], { cwd: folder, env });
}

test('has nothing to say', { timeout: 60_000 }, async () => {
  const { ok, output } = await lint(openApiDocument(catalogue));
  expect([ok, output]).toEqual([true, expect.stringMatching(/is valid|Your API description is valid/)]);
});

test('would have', { timeout: 60_000 }, async () => {
  const document = openApiDocument(catalogue);
  const { ok, output } = await lint({ ...document, components: { ...document.components, responses: {} } });
  expect([ok, output]).toEqual([false, expect.stringContaining('no-unresolved-refs')]);
});
