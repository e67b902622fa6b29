/** What docs/operations names of Google Cloud is what the stacks make. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkout } from '../local/checkout.ts';
import { production } from './environments.ts';
import { synthesized } from './testing/synthesized.ts';

const stacks = (await synthesized()).filter(({ environment }) => environment === production);
const runbooks = globSync(`${checkout}/docs/operations/{google-cloud.md,disasters/*.md}`)
  .map(page => readFileSync(page, 'utf8'))
  .join('\n');

function named(pattern: RegExp): readonly string[] {
  return [...new Set([...runbooks.matchAll(pattern)].map(match => match.slice(1).join(' ')))];
}

function made(type: string, attribute: string): readonly unknown[] {
  const resources = stacks.flatMap(each => each.resources).filter(each => each.type === type);
  return resources.map(({ values }) => values[attribute]);
}

test('a stack that is deployed is there', () => {
  const deployed = named(/"\$ENVIRONMENT-([a-z]+)"/g);
  expect(deployed.toSorted()).toEqual(stacks.map(({ name }) => name).toSorted());
});

test('what is imported is in that stack', () => {
  const addresses = stacks.flatMap(({ name, resources }) => resources.map(({ type, id }) => `${name} ${type}.${id}`));
  const imported = named(/\bstack ([a-z]+) import (\S+)/g);
  expect(imported.length).toBeGreaterThan(3);
  for (const address of imported) expect(addresses).toContain(address);
});

test('an account that is disabled is there', () => {
  const accounts = named(/"([\w-]+)@\$PROJECT\.iam\.gserviceaccount\.com"/g);
  expect(accounts.length).toBeGreaterThan(2);
  for (const account of accounts) expect(made('google_service_account', 'account_id')).toContain(account);
});

test('a bucket is there, but the one that a recovery makes', () => {
  const buckets = named(/gs:\/\/\$PROJECT(-[a-z-]*[a-z])/g).filter(purpose => purpose !== '-recovery');
  const names = made('google_storage_bucket', 'name');
  expect(buckets.map(purpose => production.project.id + purpose).toSorted()).toEqual(names.toSorted());
});
