import { expect, test } from 'vitest';
import { freePort, reservePort } from './free-port.ts';

test('a port that is reserved is given to nobody', async ({ onTestFinished }) => {
  const random = Math.random;
  onTestFinished(() => {
    Math.random = random;
  });
  const drawn = [0.5, 0.5, 0.5, 0.25];
  Math.random = () => drawn.shift() ?? random();
  reservePort(26_000);
  expect(await freePort()).toBe(23_000);
});
