import { once } from 'node:events';
import http from 'node:http';
import { expect, test } from 'vitest';
import { openLog } from '../observability/log.ts';
import { openMetrics } from '../observability/metrics.ts';
import { enter } from '../observability/trace.ts';
import { openNudge } from './nudge.ts';

const telemetry = { log: openLog('test', 'silent'), metrics: openMetrics('test') };

test('those that wait behind one become a single next one, of the trace of the first', async () => {
  const received: http.IncomingMessage[] = [];
  const answers: http.ServerResponse[] = [];
  const relay = http.createServer((req, res) => {
    received.push(req);
    answers.push(res);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = relay.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const nudge = openNudge({ RELAY_URL: `http://127.0.0.1:${port}/` }, telemetry);

  const traces = [1, 2, 3].map(() => enter('request', { name: 'a write', attributes: {} }, undefined));
  for (const trace of traces) trace.within(() => nudge.send());
  await expect.poll(() => answers.length).toBe(1);
  answers[0]?.writeHead(204).end();
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.writeHead(204).end();

  const told = received.map(({ headers }) => headers.traceparent);
  expect(told).toEqual(traces.slice(0, 2).map(({ traceId }) => expect.stringContaining(`00-${traceId}-`)));
  expect(received.map(({ headers }) => headers['ce-traceparent'])).toEqual(told);
  nudge.close();
  relay.close();
});
