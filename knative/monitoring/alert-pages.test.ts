import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FunctionProcess, startFunction } from '../../local/testing/function-process.ts';
import { logLines } from '../../local/testing/log-lines.ts';
import { alerts } from './rules.ts';
import { logSearches, pages, wantedMessages } from './testing/alert-pages.ts';

const withoutList = pages.filter(({ page }) => page !== 'README.md');

test('each alert has a page, and each page an alert', () => {
  expect(withoutList.map(({ page }) => page).sort()).toEqual(alerts.map(({ name }) => `${name}.md`).sort());
});

test('a page says what the alert means, how to look and what to do; the list names it under its severity', () => {
  const list = pages.find(({ page }) => page === 'README.md')?.text ?? '';
  for (const { page, text } of withoutList) {
    expect(text, page).toMatch(/^# \w+\n\n\S[\s\S]+\n## Check\n[\s\S]+\n## Do\n\n\S/);
    const severity = alerts.find(({ name }) => page === `${name}.md`)?.severity;
    expect(list, page).toMatch(new RegExp(`^- ${severity}: .*\\(${page}\\)`, 'm'));
  }
});

describe('of functions whose stores are away', () => {
  const environment = {
    AUTH_MODE: 'disabled',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    REDIS_URL: 'redis://127.0.0.1:1',
    MONGODB_URL: 'mongodb://127.0.0.1:1/nothing',
  };
  let relay: FunctionProcess;
  let reader: FunctionProcess;
  beforeAll(async () => {
    relay = await startFunction('relay-activities', environment);
    reader = await startFunction('get-task', environment);
    await fetch(`${reader.url}/api/tasks/${crypto.randomUUID()}`);
    const wanted = expect.arrayContaining(['relay pass failed', 'GET /api/tasks/{id} 503']);
    await vi.waitFor(() => expect(messages()).toEqual(wanted), { timeout: 10_000 });
  });
  afterAll(() => Promise.all([relay, reader].map(each => each[Symbol.asyncDispose]())));

  const messages = () => [relay, reader].flatMap(each => logLines(each)).map(({ message }) => message);

  test.each(logSearches())('$page finds what it looks for: $pipeline', ({ service, pipeline }) => {
    const log = (service === 'relay-activities' ? relay : reader).output();
    const found = execFileSync('bash', ['-o', 'pipefail', '-c', pipeline], { input: log, encoding: 'utf8' });
    expect(found).toMatch(/./);
    expect(found).not.toContain('"message":"listening"');
  });

  test.each(wantedMessages())('$page wants a message that there is: $message', ({ message }) => {
    expect(messages()).toContain(message);
  });
});
