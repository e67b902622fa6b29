/** What holds for every stack of every environment. */
import { expect, test } from 'vitest';
import { environments } from './environments.ts';
import { attributesOf } from './testing/attributes-of.ts';
import { bindingOf } from './testing/bindings.ts';
import { synthesized } from './testing/synthesized.ts';

const stacks = await synthesized();
const all = stacks.flatMap(stack => stack.resources.map(resource => ({ stack, resource })));

function nameOf({ stack, resource }: (typeof all)[number]): string {
  return `${stack.environment.name}-${stack.name} ${resource.type}.${resource.id}`;
}

test('each environment has each stack', () => {
  const names = ['bootstrap', 'network'];
  for (const environment of environments)
    expect(stacks.filter(stack => stack.environment === environment).map(({ name }) => name)).toEqual(names);
});

test('nothing is asked of Google, or of another stack, to make a plan', () => {
  for (const { json } of stacks)
    expect(Object.keys(json).filter(key => key !== '//')).toEqual(['provider', 'resource', 'terraform']);
});

test('the state of each is in the bucket of its project, under its name', () => {
  for (const { json, name, environment } of stacks)
    expect(json).toHaveProperty('terraform.backend', {
      gcs: { bucket: `${environment.project.id}-terraform-state`, prefix: name },
    });
});

test('the environments differ in what environments.ts says, and in nothing else', () => {
  const shapes = environments.map(({ name }) =>
    all.filter(({ stack }) => stack.environment.name === name).map(each => nameOf(each).slice(name.length)),
  );
  for (const shape of shapes) expect(shape).toEqual(shapes[0]);
});

test('whatever takes labels says which system and environment it is of, and who manages it', () => {
  for (const { json, environment } of stacks)
    expect(json).toHaveProperty('provider.google.0.default_labels', {
      system: 'task-manager',
      environment: environment.name,
      'managed-by': 'cdktf',
    });
});

test('a value is one of those that the provider lists', () => {
  const seen = new Set<string>();
  for (const each of all) {
    const { possibleValues } = bindingOf(each.resource.type);
    for (const { path, value } of attributesOf(each.resource)) {
      const possible = possibleValues.get(path);
      if (possible === undefined) continue;
      expect(possible, `${nameOf(each)} ${path}`).toContain(value);
      seen.add(`${each.resource.type}.${path}`);
    }
  }
  expect([...seen]).toEqual(expect.arrayContaining(['google_compute_router_nat.log_config.filter']));
});
