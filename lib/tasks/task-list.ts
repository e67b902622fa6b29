/** Lists of tasks in PostgreSQL: any filter, any sort, paged by keyset. */
import type { Queryable } from '../stores/postgresql.ts';
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
 */
export function listTasks(db: Queryable, { tenant, filter, sort, after, limit }: ListRequest): Promise<ListedTask[]> {
  const { column, cast, text, direction } = order(sort);
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;

  const conditions = [`tenant = ${bind(tenant)}`, ...conditionsOf(filter, column, bind)];
  if (after) {
    const [key, id] = after;
    const position = `(${bind(key ?? endOfTime[direction])}::${cast}, ${bind(id)}::uuid)`;
    conditions.push(`(${column}, id) ${direction === 'asc' ? '>' : '<'} ${position}`);
  }
  const sorted = `order by ${column} ${direction}, id ${direction} limit ${bind(limit)}`;
  const branches = branchesOf(filter, bind).map(
    branch => `(select * from tasks where ${[...branch, ...conditions].join(' and ')} ${sorted})`,
  );
  return db.query<ListedTask>({
    text: `
      select id, ${text} as sort_key, ${taskJson('task')} as json
      from (${branches.join(' union all ')}) as task
      ${sorted}`,
    values,
  });
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
  const { priority, label, due_after, due_before, updated_after, q, trash } = filter;
  // Where the list is sorted by due_at, its index has the condition's expression, too.
  const due = column.startsWith('coalesce') ? [column, 'due_at'] : ['due_at'];
  return [
    `deleted_at is ${trash ? 'not null' : 'null'}`,
    ...(priority ? [`priority = any(${bind(priority)}::task_priority[])`] : []),
    ...(label ? [`labels && ${bind(label)}::text[]`] : []),
    ...(due_after ? due.map(expression => `${expression} >= ${bind(due_after)}::timestamptz`) : []),
    ...(due_before ? due.map(expression => `${expression} < ${bind(due_before)}::timestamptz`) : []),
    ...(updated_after ? [`updated_at > ${bind(updated_after)}::timestamptz`] : []),
    ...(q !== undefined && hasWord.test(q) ? [`search @@ task_query(${bind(q)})`] : []),
  ];
}

const hasWord = /[\p{L}\p{N}]/u;

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
