/**
 * A revision takes the place of another one under load: beside it, with more and more of the traffic, then alone. No proxy
 * sends anything twice, and every request is answered, every change made once.
 */
import { expect, test } from 'vitest';
import { openApi } from '../local/testing/api.ts';
import { askedFunctions } from '../local/testing/replacement/request.ts';
import { openService, type Service } from '../local/testing/replacement/service.ts';
import { openTally } from '../local/testing/replacement/tally.ts';
import { sql } from '../local/testing/sql.ts';
import { unwholeIn } from '../local/testing/unwhole.ts';

/** Milliseconds that the contract gives a process from its signal to its end. */
const limit = 12_000;

/** Percent for the new revision, and how many answers each of two clients waits for: one in a hundred is one. */
const shares = [
  [1, 50],
  [25, 15],
  [50, 15],
] as const;

/** What the test itself makes has a label. */
const changesMade = `
  select count(*) filter (where labels = '{}')::int as created, sum(version - 1)::int as changed from tasks`;

test('traffic moves in steps, the old pods end one after the other, and no request fails', {
  timeout: 60_000,
}, async () => {
  await using api = await openApi();
  const tallies = { proxied: openTally(), direct: openTally() };
  await using closing = new AsyncDisposableStack();
  const services = await Promise.all(
    askedFunctions.map(async name => closing.use(await openService(api, name, tallies))),
  );
  const each = <T>(act: (service: Service) => Promise<T>) => Promise.all(services.map(act));
  await each(({ clients }) => clients.more(10));

  const young = await each(service => service.add('new'));
  const sentToYoung = () => services.map(({ proxy }, index) => proxy.sent(young[index]?.url));
  for (const [percent, answers] of shares) {
    const before = sentToYoung();
    for (const { proxy } of services) proxy.split({ old: 100 - percent, new: percent });
    await each(({ clients }) => clients.more(answers));
    for (const [index, sent] of sentToYoung().entries()) expect(sent).toBeGreaterThan(before[index] ?? 0);
  }

  // While half of the traffic is theirs, then when the last of it has just been taken away.
  const first = await each(service => service.end(service.old[0]));
  for (const { proxy } of services) proxy.split({ new: 100 });
  const last = await each(service => service.end(service.old[1]));
  await each(({ clients }) => clients.more(10));
  for (const { ended } of [...first, ...last]) {
    const { code, milliseconds } = await ended;
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(limit);
  }
  await each(({ clients }) => clients.end());

  const { proxied, direct } = tallies;
  expect([...proxied.failures, ...direct.failures]).toEqual([]);
  expect(first.reduce((sum, { sentMeanwhile }) => sum + sentMeanwhile, 0)).toBeGreaterThan(0);
  expect(services.reduce((sum, { proxy }) => sum + proxy.sent(), 0)).toBe(proxied.answered());
  const done = (method: 'POST' | 'PATCH') => proxied.answered(method) + direct.answered(method);
  expect(await sql(api, changesMade)).toEqual([{ created: done('POST'), changed: done('PATCH') }]);
  expect(await unwholeIn(api.environment.DATABASE_URL ?? '')).toEqual([]);
});
