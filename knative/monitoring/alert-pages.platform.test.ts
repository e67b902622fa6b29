/** docs/operations/alerts: what a page tells to run, runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkout } from '../../local/checkout.ts';
import { monitoringProgram } from '../../local/monitoring/programs.ts';
import { runProgram } from '../../local/run-program.ts';
import { canInstallDebianPackages, installDebianPackage } from '../../local/stores/debian.ts';
import { findOnPath } from '../../local/stores/on-path.ts';
import { type RunningSystem, startEphemeral } from '../../local/testing/running-system.ts';
import { blocksOf } from './testing/alert-pages.ts';

const folder = mkdtempSync(`${tmpdir()}/alert-pages-`);
afterAll(() => rmSync(folder, { recursive: true }));

test('its PromQL is read by promtool', async () => {
  const { command } = await monitoringProgram('promtool');
  const rules = blocksOf('promql').map(({ text }, index) => ({ record: `page:query:${index}`, expr: text.trim() }));
  expect(rules.length).toBeGreaterThan(50);
  writeFileSync(`${folder}/rules.yaml`, stringify({ groups: [{ name: 'pages', rules }] }));
  expect(await runProgram(command, ['check', 'rules', `${folder}/rules.yaml`])).toMatchObject({ ok: true });
});

describe('beside a running system', () => {
  let system: RunningSystem;
  let environment: Record<string, string>;
  beforeAll(async () => {
    await needPsql();
    system = await startEphemeral();
    const urls = Object.fromEntries(system.processes().map(({ name, url }) => [name, url]));
    environment = {
      PROCESSES: system.list,
      DATABASE_URL: urls.postgresql ?? '',
      ...(urls.mongodb && { MONGODB_URL: urls.mongodb }),
      BACKUP_DIR: `${folder}/backups`,
    };
    const tasks = `${system.url}/api/tasks`;
    const headers = { 'content-type': 'application/json' };
    const made = await fetch(tasks, { method: 'POST', headers, body: '{"title":"to be seen in metrics"}' });
    const { id } = (await made.json()) as { id: string };
    for (const url of [tasks, `${tasks}/${id}`]) expect((await fetch(url)).status).toBe(200);
  });
  afterAll(() => system[Symbol.asyncDispose]());

  test.each(blocksOf('sh local'))('$page', async ({ text }) => {
    const here = text.replaceAll('http://127.0.0.1:8080', system.url);
    const outcome = await runProgram('bash', ['-euo', 'pipefail', '-c', here], { cwd: checkout, env: environment });
    expect(outcome.ok, outcome.output).toBe(true);
  });
});

async function needPsql(): Promise<void> {
  if (await findOnPath('psql', /PostgreSQL\) (\d+)/)) return;
  const refused = canInstallDebianPackages() ? await installDebianPackage('postgresql-client') : 'psql is not on PATH';
  expect(refused).toBeUndefined();
}
