/** Whether a Prometheus has what a board draws. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as z from 'zod/mini';
import { Failure } from '../../../local/failure.ts';
import { type BoardQuery, queriesOf } from './queries-of.ts';

const sample = z.tuple([z.number(), z.string()]);
const series = z.array(z.object({ value: z.optional(sample), values: z.optional(z.array(sample)) }));
const answers = z.object({ data: z.object({ result: series }) });

/**
 * @param rateInterval at least four scrapes long
 * @returns the queries that are answered with no number, either now or over the last minute
 */
export async function unanswered(
  prometheus: string,
  board: Dashboard,
  rateInterval: string,
): Promise<readonly BoardQuery[]> {
  const queries = queriesOf(board, rateInterval);
  const answered = await Promise.all(queries.map(({ expr }) => isAnswered(prometheus, expr)));
  return queries.filter((_, index) => !answered[index]);
}

async function isAnswered(prometheus: string, query: string): Promise<boolean> {
  const end = Date.now() / 1000;
  const now = await ask(`${prometheus}/api/v1/query`, { query });
  const lately = await ask(`${prometheus}/api/v1/query_range`, {
    query,
    start: `${end - 60}`,
    end: `${end}`,
    step: '5',
  });
  return [now, lately].every(answer => numbersIn(answer).some(Number.isFinite));
}

async function ask(url: string, parameters: Readonly<Record<string, string>>): Promise<z.infer<typeof series>> {
  const answer = await fetch(`${url}?${new URLSearchParams(parameters)}`).catch(error => {
    throw new Failure(
      `asking ${url}`,
      String(error.cause ?? error),
      'name a Prometheus that runs: http://127.0.0.1:9090',
    );
  });
  if (!answer.ok) throw new Error(`${parameters.query}: ${await answer.text()}`);
  return answers.parse(await answer.json()).data.result;
}

function numbersIn(found: z.infer<typeof series>): readonly number[] {
  return found
    .flatMap(({ value, values = [] }) => (value ? [...values, value] : values))
    .map(([, number]) => Number(number));
}
