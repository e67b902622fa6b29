import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { Answer, Command } from '../stores/redis.ts';
import { makeGate } from './gate.ts';

afterEach(() => void vi.useRealTimers());

/** A Redis that answers when it is told to, and with what it was sent. */
function slowRedis() {
  const sent: { commands: readonly Command[]; answer(): Promise<void> }[] = [];
  const send = (commands: readonly Command[]) =>
    new Promise<Answer[]>(resolve => {
      sent.push({
        commands,
        async answer() {
          resolve(commands.map(([reply]) => ({ reply })));
          await turn();
        },
      });
    });
  return { sent, send, sizes: () => sent.map(({ commands }) => commands.length) };
}

const pass = (gate: ReturnType<typeof makeGate>, count: number) =>
  Array.from({ length: count }, (_, i) => gate.pass([String(i)]));

test('five go side by side, and the others together when these are back', async () => {
  const { sent, send, sizes } = slowRedis();
  const outcomes = pass(
    makeGate(send, () => {}),
    12,
  );
  expect(sizes()).toEqual([1, 1, 1, 1, 1]);
  for (const one of sent.slice(0, 4)) await one.answer();
  expect(sizes()).toEqual([1, 1, 1, 1, 1]);
  await sent[4]?.answer();
  expect(sizes()).toEqual([1, 1, 1, 1, 1, 7]);
  await sent[5]?.answer();
  expect(await Promise.all(outcomes)).toEqual(Array.from({ length: 12 }, (_, i) => ({ reply: String(i) })));
});

test('a batch is never so large that the next has to wait for long', async () => {
  const { sent, send, sizes } = slowRedis();
  const outcomes = pass(
    makeGate(send, () => {}),
    5 + 250,
  );
  for (let i = 0; i < 8; i++) await sent[i]?.answer();
  expect(sizes()).toEqual([1, 1, 1, 1, 1, 100, 100, 50]);
  await Promise.all(outcomes);
});

test('when nothing is answered, the others are soon turned away, and the five wait', async () => {
  const { send, sizes } = slowRedis();
  const unanswered = vi.fn();
  const outcomes = pass(makeGate(send, unanswered), 100);
  expect(await Promise.all(outcomes.slice(5))).toEqual(Array(95).fill('bypass'));
  expect(unanswered).not.toHaveBeenCalled();
  expect(sizes()).toEqual([1, 1, 1, 1, 1]);
});

test('a batch that hangs holds up no more than itself', async () => {
  const { sent, send, sizes } = slowRedis();
  const outcomes = pass(
    makeGate(send, () => {}),
    5 + 150,
  );
  for (const one of sent.slice(0, 5)) await one.answer();
  expect(sizes()).toEqual([1, 1, 1, 1, 1, 100]);
  expect(await Promise.all(outcomes.slice(105))).toEqual(Array(50).fill('bypass'));
});

test('while answers come, nobody is turned away', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { sent, send } = slowRedis();
  const outcomes = pass(
    makeGate(send, () => {}),
    6,
  );
  for (let i = 0; i < 6; i++) {
    await vi.advanceTimersByTimeAsync(15);
    await turn();
    await sent[i]?.answer();
  }
  expect(await outcomes[5]).toEqual({ reply: '5' });
});

test('an answer that is owed for long is reported', async () => {
  const { send } = slowRedis();
  const since = performance.now();
  const unanswered = Promise.withResolvers<void>();
  pass(makeGate(send, unanswered.resolve), 1);
  await unanswered.promise;
  expect(performance.now() - since).toBeGreaterThan(45);
});

test('what is answered in time is not reported', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { sent, send } = slowRedis();
  const unanswered = vi.fn();
  pass(makeGate(send, unanswered), 1);
  await sent[0]?.answer();
  await vi.advanceTimersByTimeAsync(1_000);
  await turn();
  expect(unanswered).not.toHaveBeenCalled();
});

test('abandoned, all go around at once; what is answered late neither disturbs nor holds up the next', async () => {
  const { sent, send, sizes } = slowRedis();
  const gate = makeGate(send, () => {});
  const outcomes = pass(gate, 7);
  const settled = vi.fn();
  for (const outcome of outcomes) void outcome.then(settled);
  gate.abandon();
  await turn();
  expect(settled).toHaveBeenCalledTimes(7);
  expect(await Promise.all(outcomes)).toEqual([...Array(5).fill('error'), 'bypass', 'bypass']);
  const next = pass(gate, 6);
  expect(sizes()).toEqual(Array(10).fill(1));
  await sent[0]?.answer();
  expect(sizes()).toEqual(Array(10).fill(1));
  for (const one of sent.slice(5, 9)) await one.answer();
  expect(sizes()).toEqual(Array(10).fill(1));
  await sent[9]?.answer();
  await sent[10]?.answer();
  expect(await next[5]).toEqual({ reply: '5' });
});

test('what Redis refuses is an error, of that command only', async () => {
  const gate = makeGate(
    async () => [{ error: new Error('ERR unknown command') }],
    () => {},
  );
  expect(await gate.pass(['nonsense'])).toBe('error');
});
