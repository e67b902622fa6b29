import { expect, test } from 'vitest';
import { idempotencyOf, isSameInput } from './idempotency-key.ts';

const inputOf = (sent: unknown, meant: unknown, place = ['create-task', 'here']) =>
  idempotencyOf('key', place, { sent, meant })?.fingerprint ?? expect.unreachable();
const first = inputOf({ title: ' x ' }, { title: 'x', priority: 'low' });

test.for([
  ['the same', { title: ' x ' }, { title: 'x', priority: 'low' }, true],
  ['what means the same', { priority: 'low', title: 'x' }, { priority: 'low', title: 'x' }, true],
  ['the same, understood by a revision that knows more fields', { title: ' x ' }, { title: 'x', estimate: null }, true],
  ['something else', { title: 'y' }, { title: 'y', priority: 'low' }, false],
  ['what the other was only understood as', { title: 'x', priority: 'low' }, { title: 'y' }, false],
] as const)('%s', ([_name, sent, meant, same]) => {
  expect(isSameInput(first, inputOf(sent, meant))).toBe(same);
});

test('the same at another place is something else, also where there is no body', () => {
  expect(
    isSameInput(
      inputOf(undefined, undefined, ['restore-task', 'a']),
      inputOf(undefined, undefined, ['restore-task', 'b']),
    ),
  ).toBe(false);
});

test('without a key there is nothing to compare', () => {
  expect(idempotencyOf(undefined, [], { sent: 1, meant: 1 })).toBeUndefined();
});
