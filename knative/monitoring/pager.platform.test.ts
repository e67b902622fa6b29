/** What Alertmanager tells the pager, as the pager's API gets it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAlertmanager } from '../../local/monitoring/alertmanager.ts';
import { alertmanager, pagerduty, receivers } from './alertmanager.ts';
import { timescale } from './timescale.ts';

const told: unknown[] = [];
const pager = createServer(async (request, response) => {
  told.push(await json(request));
  response.writeHead(202).end();
});
beforeAll(async () => {
  pager.listen(0, '127.0.0.1');
  await once(pager, 'listening');
});
afterAll(() => pager.close());

test('a telephone shows what broke, and leads to what to do and to the board', async () => {
  const { port } = pager.address() as AddressInfo;
  const { routing_key_file, ...same } = pagerduty;
  const configs = [{ ...same, routing_key: 'key', url: `http://127.0.0.1:${port}/` }];
  const others = Object.values(receivers).filter(name => name !== receivers.page);
  await using running = await startAlertmanager(
    alertmanager(timescale(1 / 60), [
      { name: receivers.page, pagerduty_configs: configs },
      ...others.map(name => ({ name })),
    ]),
  );
  const labels = { alertname: 'FunctionDown', severity: 'page', function: 'get-task' };
  const annotations = {
    summary: 'get-task answers no scrape',
    description: 'Look at its pods',
    since: '2026-01-01 00:00',
    runbook_url: 'https://runbooks.example/FunctionDown.md',
    dashboard_url: 'https://boards.example/functions',
  };
  await fetch(`${running.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, annotations, startsAt: new Date().toISOString() }]),
  });
  await expect
    .poll(() => told, { timeout: 20_000 })
    .toMatchObject([
      {
        event_action: 'trigger',
        payload: {
          summary: annotations.summary,
          custom_details: { what: 'get-task answers no scrape. Look at its pods\n', since: annotations.since },
        },
        links: [
          { href: annotations.runbook_url, text: 'What to do' },
          { href: annotations.dashboard_url, text: 'Board' },
        ],
      },
    ]);
});
