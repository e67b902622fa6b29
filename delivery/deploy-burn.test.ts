/** A budget that burns is one that Prometheus says so of; one that cannot be asked is no good news. */
import { expect, test } from 'vitest';
import { ruleGroups } from '../knative/monitoring/rules.ts';
import { timescale } from '../knative/monitoring/timescale.ts';
import { burningAt } from './deploy-burn.ts';
import { type Asked, answering } from './testing/answering.ts';

const result = (...samples: object[]) => ({ status: 'success', data: { resultType: 'vector', result: samples } });
const queryOf = ({ body }: Asked) => new URLSearchParams(body).get('query') ?? '';

test('what burns is named', async () => {
  const burnt = { metric: {}, value: [0, '0.5'] };
  const url = await answering(asked => (queryOf(asked).includes('slo="read-latency"') ? result(burnt) : result()));
  expect(await burningAt(url)()).toEqual(['read-latency']);
});

test('it asks for what the rules record', async () => {
  const asked: string[] = [];
  const url = await answering(each => {
    asked.push(queryOf(each));
    return result();
  });
  expect(await burningAt(`${url}/`)()).toEqual([]);
  const recorded = JSON.stringify(ruleGroups(timescale(1)));
  for (const query of asked)
    for (const [name] of query.matchAll(/slo:[\w:]+/g)) expect(recorded).toContain(`"record":"${name}"`);
  expect(asked).toHaveLength(2);
});

test('a Prometheus that does not answer is a failure', async () => {
  const url = await answering(() => undefined);
  await expect(burningAt(url)()).rejects.toMatchObject({ step: `asking Prometheus at ${url}` });
});
