/** Lists of tasks in PostgreSQL: any filter, any sort, paged by keyset. */
import type { Queryable, Statement } from '../stores/postgresql.ts';
import { rfc3339 } from '../stores/sql.ts';
import { keyOf, type Sort, type TaskFilter } from './task-filter.ts';
import { taskJson } from './task-sql.ts';

/** The sort key of a task, null for a due_at that is none, and its id. */
export type Position = readonly [key: string | null, id: string];

export interface ListedTask {
  readonly id: string;
  readonly json: string;
  readonly sort_key: string | null;
}

export interface ListRequest {
  readonly tenant: string;
  readonly filter: TaskFilter;
  readonly sort: Sort;
  /** Where the page before ended. */
  readonly after: Position | undefined;
  readonly limit: number;
}

/**
 * A page of tasks.
 *
 * Values of `status` and `assignee` that will all do become branches, each of which comes sorted from its index and ends
 * after a page; a list of values would have to be sorted whole.
 *
 * How common a word is that may be only the beginning of one, PostgreSQL cannot tell. So a search looks through what
 * comes first in the sort; only when that does not fill the page is the word rare enough to sort all that has it.
 */
export async function listTasks(db: Queryable, request: ListRequest): Promise<ListedTask[]> {
  if (!hasSearch(request.filter)) return db.query<ListedTask>(statementOf(request, 'all'));
  const near = await db.query<ListedTask>(statementOf(request, 'search what comes first'));
  return near.length === request.limit ? near : db.query<ListedTask>(statementOf(request, 'search the index'));
}

type Way = 'all' | 'search what comes first' | 'search the index';

/** Tasks that a search looks through before it asks the index of words. */
const near = 3_000;

function statementOf({ tenant, filter, sort, after, limit }: ListRequest, way: Way): Statement {
  const { column, cast, text, direction } = order(sort);
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;

  const conditions = [`tenant = ${bind(tenant)}`, ...conditionsOf(filter, column, bind)];
  if (after) {
    const [key, id] = after;
    const position = `(${bind(key ?? endOfTime[direction])}::${cast}, ${bind(id)}::uuid)`;
    conditions.push(`(${column}, id) ${direction === 'asc' ? '>' : '<'} ${position}`);
  }
  const sorted = `order by ${column} ${direction}, id ${direction}`;
  const page = `${sorted} limit ${bind(limit)}`;
  const word = way === 'all' ? '' : searchCondition(bind(filter.q));
  const branches = branchesOf(filter, bind).map(branch => {
    const those = `select * from tasks where ${[...branch, ...conditions].join(' and ')}`;
    if (way === 'search what comes first')
      return `(select * from (${those} ${sorted} limit ${near}) as first where ${word} ${page})`;
    // The offset keeps the limit out of the plan: all that has the word is fetched, by its index.
    if (way === 'search the index') return `(select * from (${those} and ${word} offset 0) as found ${page})`;
    return `(${those} ${page})`;
  });
  return {
    text: `
      select id, ${text} as sort_key, ${taskJson('task')} as json
      from (${branches.join(' union all ')}) as task
      ${page}`,
    values,
  };
}

type Bind = (value: unknown) => string;
type Direction = 'asc' | 'desc';

/** What a null due_at sorts as: last both ways. */
const endOfTime = { asc: 'infinity', desc: '-infinity' } as const;

/** The expressions are those of the indexes. */
function order(sort: Sort): { column: string; cast: string; text: string; direction: Direction } {
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  const key = keyOf(sort);
  if (key === 'priority') return { column: key, cast: 'task_priority', text: key, direction };
  const column = key === 'due_at' ? `coalesce(due_at, '${endOfTime[direction]}')` : key;
  return { column, cast: 'timestamptz', text: rfc3339(key), direction };
}

function conditionsOf(filter: TaskFilter, column: string, bind: Bind): string[] {
  const { priority, label, due_after, due_before, updated_after, trash } = filter;
  // Where the list is sorted by due_at, its index has the condition's expression, too.
  const due = column.startsWith('coalesce') ? [column, 'due_at'] : ['due_at'];
  return [
    `deleted_at is ${trash ? 'not null' : 'null'}`,
    ...(priority ? [`priority = any(${bind(priority)}::task_priority[])`] : []),
    ...(label ? [`labels && ${bind(label)}::text[]`] : []),
    ...(due_after ? due.map(expression => `${expression} >= ${bind(due_after)}::timestamptz`) : []),
    ...(due_before ? due.map(expression => `${expression} < ${bind(due_before)}::timestamptz`) : []),
    ...(updated_after ? [`updated_at > ${bind(updated_after)}::timestamptz`] : []),
  ];
}

/** PostgreSQL has the last word on what a word is: where it finds none, the query is null and everything matches. */
function searchCondition(words: string): string {
  return `(task_query(${words}) is null or search @@ task_query(${words}))`;
}

/** Without a word a search matches everything. */
function hasSearch({ q = '' }: TaskFilter): boolean {
  return /[\p{L}\p{N}]/u.test(q);
}

/** More branches than this would cost more to plan than they save. */
const mostBranches = 8;

function branchesOf({ status, assignee }: TaskFilter, bind: Bind): string[][] {
  const statuses = unique(status);
  const assignees = unique(assignee);
  const perStatus = statuses.map(value => `status = ${bind(value)}::task_status`);
  const perAssignee = assignees.map(value => (value === '' ? 'assignee is null' : `assignee = ${bind(value)}`));
  const all = Math.max(1, perStatus.length) * Math.max(1, perAssignee.length);
  if (all > mostBranches)
    return [[`(${perAssignee.join(' or ')})`, ...(perStatus.length > 0 ? [`(${perStatus.join(' or ')})`] : [])]];
  const branches = perStatus.length > 0 ? perStatus.map(condition => [condition]) : [[]];
  return perAssignee.length === 0
    ? branches
    : branches.flatMap(branch => perAssignee.map(condition => [...branch, condition]));
}

function unique(values: readonly string[] = []): string[] {
  return [...new Set(values)];
}
