import { expect, test, vi } from 'vitest';
import { makeBreaker } from './breaker.ts';

test('a change is told once, with its cause; that it begins open is not', () => {
  const changed = vi.fn();
  const breaker = makeBreaker(changed);
  expect(breaker.state()).toBe('open');
  expect(changed).not.toHaveBeenCalled();
  const cause = new Error('ECONNREFUSED');
  breaker.open(cause);
  breaker.open(new Error('again'));
  breaker.close();
  breaker.close();
  breaker.open(cause);
  expect(breaker.state()).toBe('open');
  expect(changed.mock.calls).toEqual([
    ['open', cause],
    ['closed', undefined],
    ['open', cause],
  ]);
});
