/** The stacks as Terraform reads them. */
import { expect, test } from 'vitest';
import { synthesized } from './testing/synthesized.ts';
import { openTerraform } from './testing/terraform.ts';

const stacks = await synthesized();
const [first] = stacks;
if (first === undefined) throw new Error('there is no stack');
const terraform = await openTerraform(first);

test.for(stacks.map(stack => [`${stack.environment.name}-${stack.name}`, stack] as const))(
  `%s has an order, and nothing in it that Terraform does not know (provider: ${terraform.provider})`,
  async ([, stack]) => {
    expect(await terraform.judge(stack)).toBe('');
  },
);

test('it does judge: what leads back to itself, what is not there, what nobody knows and a path that is none are refused', async () => {
  const expression = (text: string) => `\${${text}}`;
  const broken = (value: string) => ({
    ...first,
    json: { ...first.json, locals: { one: expression(value), other: expression('local.one') } },
  });
  expect(await terraform.judge(broken('local.other'))).toContain('Cycle');
  expect(await terraform.judge(broken('google_sql_user.nobody.name'))).toMatch(/undeclared resource/);
  expect(await terraform.judge(broken('uuidd()'))).toMatch(/unknown function/);
  const lifecycle = { ignore_changes: ['settings.0.disk_size'] };
  const resource = { google_sql_database_instance: { broken: { lifecycle } } };
  expect(await terraform.judge({ ...first, json: { ...first.json, resource } })).toMatch(/static variable reference/);
});
