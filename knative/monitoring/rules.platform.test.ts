import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { monitoringProgram } from '../../local/monitoring/programs.ts';
import { runProgram } from '../../local/run-program.ts';
import { alertCases } from './testing/alert-cases.ts';
import { promtoolTest } from './testing/promtool-test.ts';

const rules = `${import.meta.dirname}/rules.yaml`;
const folder = mkdtempSync(`${tmpdir()}/promtool-`);
let promtool = '';
beforeAll(async () => {
  promtool = (await monitoringProgram('promtool')).command;
});
afterAll(() => rmSync(folder, { recursive: true }));

async function testRules(name: string, contents: object): Promise<{ ok: boolean; output: string }> {
  const file = `${folder}/${name.replaceAll(/\W+/g, '-')}.yaml`;
  writeFileSync(file, stringify(contents, { lineWidth: 0 }));
  // Five at once take all there is; what runs beside them may have to be in time.
  return runProgram('nice', [promtool, 'test', 'rules', file]);
}

test('promtool finds no fault in the rules', async () => {
  expect(await runProgram(promtool, ['check', 'rules', '--lint-fatal', rules])).toMatchObject({ ok: true });
});

const named = alertCases.map(alertCase => {
  const { alert, when } = alertCase;
  return { ...alertCase, title: when === undefined ? alert : `${alert}: ${when}` };
});

describe('silent when all is well and when it is nearly broken, it fires when it is, tells all of it, and ends', () => {
  test.concurrent.for(named)('$title', async (alertCase, { expect }) => {
    const { output } = await testRules(alertCase.title, promtoolTest(alertCase, rules));
    expect(output).not.toContain('expr: '); // else it tells which alerts fired, and when
    expect(output).toContain(`alertname: ${alertCase.alert},`);
    expect(output).toMatch(/since="\d{4}-/);
    expect(output).not.toMatch(/error expanding|<no value>|%!|NaN/);
  });
});
