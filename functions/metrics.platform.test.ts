/** Prometheus' own tool reads what each function exposes, and finds nothing to say against it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beforeAll, expect } from 'vitest';
import { monitoringProgram } from '../local/monitoring/programs.ts';
import { test } from '../local/testing/api.ts';
import { sendNudge } from '../local/testing/events.ts';
import { exposition } from '../local/testing/metric.ts';
import { catalogue } from './catalogue.ts';

let promtool: string;
beforeAll(async () => {
  promtool = (await monitoringProgram('promtool')).command;
});

/** Exit 3 is a metric that Prometheus would take, and its authors would name otherwise. */
async function check(metrics: string): Promise<{ code: number; said: string }> {
  const child = spawn(promtool, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  child.stdin.end(metrics);
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, said: said.join('') };
}

test.for(catalogue.filter(({ kind }) => kind !== 'job'))(
  'promtool takes the metrics of $name',
  async ({ name }, { api }) => {
    await sendNudge(api);
    await fetch(await api.url(name));
    expect(await check(await exposition(api, name))).toEqual({ code: 0, said: '' });
  },
);

test('promtool would have told', async () => {
  const { code, said } = await check('# TYPE things_count counter\nthings_count 1\n');
  expect([code, said]).toEqual([3, expect.stringContaining('things_count')]);
});
