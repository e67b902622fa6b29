/** The reference page in a browser: at a desk, on a phone, and without a mouse. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import { canInstallDebianPackages, installDebianPackage } from './stores/debian.ts';
import { findOnPath } from './stores/on-path.ts';
import { type RunningSystem, startEphemeral } from './testing/running-system.ts';

/** KEEP_SCREENSHOTS names a folder to find them in. */
const screenshots = process.env.KEEP_SCREENSHOTS ?? mkdtempSync(path.join(tmpdir(), 'docs-'));
const program = await findChromium();
/** In CI a test that cannot be run has failed; elsewhere it is told as skipped. */
const runs = program !== undefined || process.env.CI === 'true';

let browser: Browser;
let system: RunningSystem;
beforeAll(async () => {
  if (!runs) return;
  if (program === undefined) throw new Error('there is no chromium on PATH: apt-get install chromium');
  // Without a user of its own, chromium has no sandbox. It sees no page but ours.
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  system = await startEphemeral();
});
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
  if (process.env.KEEP_SCREENSHOTS === undefined) rmSync(screenshots, { recursive: true });
});

/** What the page complained of, and whom else it asked. */
let complaints: string[];
beforeEach(() => {
  complaints = [];
});

const desk = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

test.runIf(runs)('lists every operation, and complains of nothing', async () => {
  await using page = await openDocs(desk);
  for (const contract of catalogue) {
    if (contract.kind !== 'http') continue;
    await operation(page, contract.name).waitFor();
  }
  await page.getByText('The types of problems').click();
  await page.getByText('/problems/cursor-expired').waitFor();
  await page.screenshot({ path: path.join(screenshots, 'desk.png') });
  expect(complaints).toEqual([]);
});

test.runIf(runs)('a task is made from the page', async () => {
  await using page = await openDocs(desk);
  const create = operation(page, 'create-task');
  await opener(page, 'create-task').click();
  await create.locator('textarea').fill('{"title":"Made on the page"}');
  await create.getByRole('button', { name: 'Execute' }).click();
  await create.locator('.live-responses-table').getByText('"Made on the page"').waitFor();
  await create.screenshot({ path: path.join(screenshots, 'made.png') });
  expect(await titles()).toContain('Made on the page');
  expect(complaints).toEqual([]);
});

test.runIf(runs)('a phone shows it without scrolling sideways, and sends requests', async () => {
  await using page = await openDocs(phone);
  expect(await sideways(page)).toBe(0);
  for (const name of ['create-task', 'list-tasks', 'batch-tasks']) {
    await opener(page, name).tap();
    await operation(page, name).getByRole('button', { name: 'Execute' }).waitFor();
    expect([name, await sideways(page)]).toEqual([name, 0]);
  }
  const create = operation(page, 'create-task');
  await create.locator('textarea').fill('{"title":"Made on a phone"}');
  await create.getByRole('button', { name: 'Execute' }).tap();
  await create.locator('.live-responses-table').getByText('"Made on a phone"').waitFor();
  expect([await titles(), await sideways(page)]).toEqual([expect.arrayContaining(['Made on a phone']), 0]);
  await create.locator('.live-responses-table').scrollIntoViewIfNeeded();
  await page.screenshot({ path: path.join(screenshots, 'phone.png') });
  expect(complaints).toEqual([]);
});

test.runIf(runs)('the keyboard is enough', async () => {
  await using page = await openDocs(desk);
  await tabTo(page, 'get-task', '.opblock-summary-control');
  await page.screenshot({ path: path.join(screenshots, 'focus.png') });
  await page.keyboard.press('Enter');
  await operation(page, 'get-task').getByRole('button', { name: 'Execute' }).waitFor();
  await tabTo(page, 'get-task', 'input[placeholder="id"]');
  await page.keyboard.type('0199c2f0-5b1c-7d3e-9a41-6c0f2b7d8e10');
  await tabTo(page, 'get-task', '.execute');
  await page.keyboard.press('Enter');
  await operation(page, 'get-task').locator('.live-responses-table').getByText('/problems/not-found').first().waitFor();
  await page.screenshot({ path: path.join(screenshots, 'keyboard.png') });
});

async function openDocs(viewport: { width: number; height: number }): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ viewport, hasTouch: viewport === phone });
  const page = await context.newPage();
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('request', request => {
    if (!request.url().startsWith(system.url) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  await page.goto(`${system.url}/docs`);
  await page.locator('.opblock').first().waitFor();
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

function operation(page: Page, name: string) {
  return page.locator(`[id$="-${name}"].opblock`);
}

function opener(page: Page, name: string) {
  return operation(page, name).locator('.opblock-summary-control');
}

/** Tab, until that element of the operation has the focus. */
async function tabTo(page: Page, name: string, selector: string): Promise<void> {
  const target = operation(page, name).locator(selector);
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate(element => element.matches(':focus'))) return;
  }
  throw new Error(`150 tabs do not reach ${selector} of ${name}`);
}

/** Pixels by which the page is wider than the screen. */
function sideways(page: Page): Promise<number> {
  return page.locator('html').evaluate(root => root.scrollWidth - root.clientWidth);
}

async function titles(): Promise<string[]> {
  const { items } = (await (await fetch(`${system.url}/api/tasks?limit=100`)).json()) as { items: { title: string }[] };
  return items.map(({ title }) => title);
}

async function findChromium(): Promise<string | undefined> {
  const find = () => findOnPath('chromium', /^Chromium (\S+)/);
  const found = await find();
  if (found === undefined && canInstallDebianPackages()) await installDebianPackage('chromium');
  return (found ?? (await find()))?.command;
}
