import fc from 'fast-check';
import { expect } from 'vitest';
import { type Api, openApi, test } from '../../local/testing/api.ts';
import { sql } from '../../local/testing/sql.ts';
import { priorities, type Task } from './task.ts';
import { sortKeys } from './task-filter.ts';

const instants = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'] as const;
const words = ['alpha', 'alphabet', 'Beta', 'gamma-ray', 'ÄRGER', '42'] as const;

const fields = fc.record({
  title: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map(list => list.join(' ')),
  description: fc.array(fc.constantFrom(...words), { maxLength: 2 }).map(list => list.join(', ')),
  status: fc.constantFrom('pending', 'in_progress', 'completed', 'cancelled'),
  priority: fc.constantFrom(...priorities),
  labels: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }),
  assignee: fc.constantFrom(null, 'ann', 'bob'),
  due_at: fc.constantFrom(null, ...instants),
});

const some = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });

/** Few filters at a time: with many, nothing is left to sort. */
const query = fc
  .tuple(
    fc.record({
      status: some('pending', 'in_progress', 'completed'),
      priority: some(...priorities),
      assignee: some('', 'ann', 'bob', 'nobody'),
      label: some('x', 'y', 'none'),
      due_after: fc.constantFrom(...instants),
      due_before: fc.constantFrom(...instants),
      q: fc.constantFrom('alpha', 'alpha b', 'BETA', 'ray gamma', 'ärg', '4', 'et', "' | & !", '', 'alpha:* & (('),
      trash: fc.constant('true'),
    }),
    fc.subarray(['status', 'priority', 'assignee', 'label', 'due_after', 'due_before', 'q', 'trash'] as const, {
      maxLength: 2,
    }),
    fc.record({
      sort: fc.constantFrom(...sortKeys.flatMap(key => [key, `-${key}`])),
      limit: fc.integer({ min: 1, max: 30 }),
    }),
  )
  .map(
    ([filters, chosen, page]): Query => ({ ...Object.fromEntries(chosen.map(name => [name, filters[name]])), ...page }),
  );

interface Query {
  readonly status?: readonly string[];
  readonly priority?: readonly string[];
  readonly assignee?: readonly string[];
  readonly label?: readonly string[];
  readonly due_after?: string;
  readonly due_before?: string;
  readonly q?: string;
  readonly trash?: string;
  readonly sort: string;
  readonly limit: number;
}

/** What the list should be, worked out in memory. */
function expected(tasks: readonly Task[], asked: Query): string[] {
  const { sort } = asked;
  const down = sort.startsWith('-') ? -1 : 1;
  const compare = (first: Task, second: Task) => {
    const [one, other] = [sortValue(first, sort), sortValue(second, sort)];
    if (one === other) return first.id < second.id ? -down : down;
    if (one === null) return 1;
    return other === null || one < other === (down === 1) ? -1 : 1;
  };
  return tasks
    .filter(task => matches(task, asked))
    .toSorted(compare)
    .map(({ id }) => id);
}

function sortValue(task: Task, sort: string): string | number | null {
  if (sort.endsWith('priority')) return priorities.indexOf(task.priority);
  if (sort.endsWith('due_at')) return task.due_at;
  return sort.endsWith('updated_at') ? task.updated_at : task.created_at;
}

function matches(task: Task, asked: Query): boolean {
  const { status, priority, assignee, label, due_after, due_before, q = '', trash } = asked;
  return (
    (task.deleted_at !== null) === (trash === 'true') &&
    (!status || status.includes(task.status)) &&
    (!priority || priority.includes(task.priority)) &&
    (!assignee || assignee.includes(task.assignee ?? '')) &&
    (!label || task.labels.some(value => label.includes(value))) &&
    (!due_after || (task.due_at !== null && task.due_at >= due_after)) &&
    (!due_before || (task.due_at !== null && task.due_at < due_before)) &&
    hasWords(`${task.title} ${task.description}`, q)
  );
}

function hasWords(content: string, q: string): boolean {
  const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const [has, wanted] = [wordsOf(content), wordsOf(q)];
  const last = wanted.pop() ?? '';
  return wanted.every(word => has.includes(word)) && (last === '' || has.some(word => word.startsWith(last)));
}

async function walk(api: Api, asked: Query): Promise<string[]> {
  const ids: string[] = [];
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    for (const one of [value].flat()) parameters.append(name, String(one));
  }
  for (;;) {
    const { status, json, text } = await api.request('GET', `/api/tasks?${parameters}`);
    if (status !== 200) throw new Error(text);
    ids.push(...json.items.map(({ id }: { id: string }) => id));
    if (json.next_cursor === null) return ids;
    parameters.set('cursor', json.next_cursor);
  }
}

test('any filter in any sort, page by page, is what it would be in memory', { timeout: 60_000 }, async () => {
  await using api = await openApi();
  const samples = fc.sample(fields, 60);
  const created = await Promise.all(samples.map(sample => api.create(sample)));
  // Equal sort keys, as many as can be: then only the id orders.
  await sql(
    api,
    "update tasks set created_at = date_trunc('minute', created_at), updated_at = date_trunc('minute', updated_at)",
  );
  for (const { id } of created.slice(0, 10)) await api.request('DELETE', `/api/tasks/${id}`);
  const tasks = (await sql(api, 'select row_to_json(tasks) as task from tasks')).map(({ task }) =>
    asTask(task as Task),
  );
  await fc.assert(
    fc.asyncProperty(query, async asked => {
      expect(await walk(api, asked)).toEqual(expected(tasks, asked));
    }),
    { numRuns: 150 },
  );
});

/** A row as PostgreSQL renders it by itself, with instants that compare as text. */
function asTask(row: Task): Task {
  const instant = (value: string | null) => (value === null ? null : new Date(value).toISOString());
  return {
    ...row,
    due_at: instant(row.due_at),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}
