/** What the bill of an image names is what is in the image, and nothing that is only in the tree. */
import { expect, test } from 'vitest';
import { catalogue } from '../functions/catalogue.ts';
import packageJson from '../package.json' with { type: 'json' };
import { type Bill, billsOfMaterials } from './bill-of-materials.ts';

const billOf = await billsOfMaterials();
const bills: ReadonlyMap<string, Bill> = new Map(catalogue.map(contract => [contract.name, billOf(contract)]));

function listed(name: string): readonly string[] {
  return bills.get(name)?.components.map(component => `${component.name}@${component.version}`) ?? [];
}

/** What each has, and has not; packages of packages among them. */
const samples = {
  'get-task': {
    has: ['ioredis', '@ioredis/commands', 'pg', 'pg-protocol', 'zod', 'node'],
    not: ['mongodb', 'swagger-ui-dist'],
  },
  'list-activities': { has: ['mongodb', 'bson'], not: ['@google-cloud/storage', 'postgresql'] },
  'back-up': { has: ['mongodb', '@google-cloud/storage', 'postgresql'], not: ['jose', 'ioredis'] },
  'api-root': { has: ['swagger-ui-dist'], not: [] },
} as const;

test.each(Object.entries(samples))('%s', (name, { has, not }) => {
  const names = listed(name).map(each => each.replace(/@[^@]*$/, ''));
  expect(names).toEqual(expect.arrayContaining([...has]));
  for (const absent of [...not, 'esbuild', 'vitest', '@google-cloud/functions-framework'])
    expect(names).not.toContain(absent);
});

test('each thing once, with the name by which the lists of vulnerabilities know it, and the version that is installed', () => {
  const versions: Readonly<Record<string, string>> = packageJson.dependencies;
  for (const [name, { components }] of bills) {
    expect(new Set(components.map(each => each['bom-ref'])).size, name).toBe(components.length);
    for (const each of components) {
      expect(each.purl).toMatch(/^pkg:(npm|generic|oci)\/[^@]+@[^@]+$/);
      if (each.name in versions) expect([each.name, each.version]).toEqual([each.name, versions[each.name]]);
    }
    expect(listed(name)).toContain(`node@${packageJson.devDependencies.node}`);
  }
});

test('the same sources give the same bill', async () => {
  const again = await billsOfMaterials();
  for (const contract of catalogue) expect(again(contract)).toEqual(bills.get(contract.name));
});
