/** The plan that is posted, and what of it an apply refuses. */
import { expect, test } from 'vitest';
import { stackNames } from '../infra-cdktf/names.ts';
import { destroyedBy, reportOf, stacksFor } from './infra-plan.ts';

test('a plan is of every stack, in the order in which they are made', () => {
  expect(stacksFor('plan')).toEqual(stackNames);
});

test('a workflow applies all but the stack that it has its own rights from', () => {
  expect(stacksFor('apply')).toEqual(stackNames.slice(1));
});

test('what is destroyed, or made anew, is found', () => {
  const changes = [['create'], ['no-op'], ['update'], ['delete'], ['delete', 'create'], ['create', 'delete']];
  const resource_changes = changes.map((actions, index) => ({ address: `a.${index}`, type: 'a', change: { actions } }));
  expect(destroyedBy(JSON.stringify({ format_version: '1.2', resource_changes }))).toEqual(['a.3', 'a.4', 'a.5']);
  expect(destroyedBy('{}')).toEqual([]);
});

test('a comment says what changes at a glance, holds what a plan says, and is not longer than one may be', () => {
  const report = reportOf('staging', [
    { stack: 'network', plan: 'No changes. Your infrastructure matches the configuration.\n' },
    { stack: 'data', plan: `${'x'.repeat(100_000)}\nPlan: 1 to add, 0 to change, 0 to destroy.\n` },
  ]);
  expect(report).toContain('<summary>network: No changes.');
  expect(report).toContain('<summary>data: Plan: 1 to add, 0 to change, 0 to destroy.</summary>');
  const long = stacksFor('plan').map(stack => ({ stack, plan: 'x'.repeat(100_000) }));
  expect(2 * reportOf('production', long).length).toBeLessThan(65_536);
});
