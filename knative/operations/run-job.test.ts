import path from 'node:path';
import { expect, test } from 'vitest';
import { tryScript } from '../testing/stand-in-kubectl.ts';

const script = path.join(import.meta.dirname, 'run-job.sh');

/** A job whose pod is there at the second look, and that has ended at the third, as it is said. */
function ending(condition: string, exitCodes: string): string {
  return `
    *"create job"*) echo '{"kind":"Job"}' ;;
    *"create --filename"* | *"patch --local"*) cat ;;
    *"get job/"*) [ "$times" -lt 3 ] || printf '${condition} ' ;;
    *"get pod"*exitCode*) printf '${exitCodes}' ;;
    *"get pod"*) [ "$times" -lt 2 ] || printf 'pod-of-it ' ;;
    *logs*) echo 'a line of its log' ;;`;
}

test('a job that is through: its log once, and 0', async () => {
  const { ok, output, told } = await tryScript([script, 'migrate'], ending('SuccessCriteriaMet Complete', '0'));
  expect([ok, output.match(/a line of its log/g)?.length]).toEqual([true, 1]);
  expect(output).toMatch(/== migrate-\d+ is through/);
  expect(told.find(each => each.includes('create job'))).toMatch(/create job migrate-\d+ --from=cronjob\/migrate /);
  expect(told.join('\n')).not.toContain('patch');
});

test.each([
  ['it refused', 'FailureTarget Failed', '1 65', 'exit code 65, its log says why; ended 65'],
  ['it was killed with its pods', 'Failed', '', 'has failed: its log says why; ended 1'],
])('a job that fails ends the wait, and is told: %s', async (_, condition, exitCodes, expected) => {
  const run = `bash '${script}' rewind || echo "; ended $?"`;
  const { output } = await tryScript(['-c', run], ending(condition, exitCodes));
  expect(output.replace(/\n; /, '; ')).toContain(expected);
});

test('what a quick job wrote is shown, too', async () => {
  const quick = ending('Complete', '0').replace('-lt 3', '-lt 1').replace('-lt 2', '-lt 1');
  expect((await tryScript([script, 'migrate'], quick)).output).toContain('a line of its log');
});

test('arguments arrive as they are, and the context is the one that is named', async () => {
  const args = ['--to=2026-11-24T03:00:00Z', String.raw`a "b" \ c`];
  const { told } = await tryScript([script, 'rewind', ...args], ending('Complete', '0'), { CONTEXT: 'mine' });
  const [, patch = ''] = /--patch=(.*)$/.exec(told.find(each => each.includes('patch --local')) ?? '') ?? [];
  expect(JSON.parse(patch)).toEqual([{ op: 'add', path: '/spec/template/spec/containers/0/args', value: args }]);
  for (const command of told) expect(command).toMatch(/^--context mine --namespace task-manager /);
});

test('a job that does not start is no silence', async () => {
  const late = ending('Complete', '0')
    .replace('-lt 3', '-lt 2')
    .replace(/\*"get pod"\*\) .*;;/, '*"get pod"*) ;;');
  const { output } = await tryScript([script, 'migrate'], late, { PATIENCE: '0' });
  expect(output).toMatch(/has not started yet; why, tells kubectl -n task-manager describe pod/);
});
