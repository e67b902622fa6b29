/** The twelve lists that a task board and its reports ask for, as docs/list-queries.md tells them. */
export interface NamedQuery {
  readonly name: string;
  /** A query string of GET /api/tasks. */
  readonly query: string;
  /** What serves it. */
  readonly index: string;
}

export const namedQueries: readonly NamedQuery[] = [
  { name: 'newest', query: '', index: 'tasks_by_created_at' },
  { name: 'recently changed', query: 'sort=-updated_at', index: 'tasks_by_updated_at' },
  { name: 'a column of the board', query: 'status=in_progress', index: 'tasks_of_status_by_created_at' },
  {
    name: 'a column by priority',
    query: 'status=pending&sort=-priority',
    index: 'tasks_of_status_by_priority',
  },
  { name: 'all open work', query: 'status=pending&status=in_progress', index: 'tasks_of_status_by_created_at' },
  {
    name: 'my open work by due date',
    query: 'assignee=user-1&status=pending&status=in_progress&sort=due_at',
    index: 'tasks_of_assignee_and_status_by_due_at',
  },
  { name: 'nobody’s', query: 'assignee=&status=pending', index: 'tasks_of_status_by_created_at' },
  {
    name: 'overdue',
    query: 'status=pending&status=in_progress&due_before=2026-06-01T00:00:00Z&sort=due_at',
    index: 'tasks_of_status_by_due_at',
  },
  {
    name: 'due in a week',
    query: 'due_after=2026-06-01T00:00:00Z&due_before=2026-06-08T00:00:00Z&sort=due_at',
    index: 'tasks_by_due_at',
  },
  { name: 'urgent', query: 'priority=critical&priority=high', index: 'tasks_by_created_at' },
  { name: 'with a label', query: 'label=label-3', index: 'tasks_by_created_at' },
  { name: 'the trash', query: 'trash=true&sort=-updated_at', index: 'tasks_in_trash' },
];

/** Beside them the search: a word that is everywhere, and one that is rare. */
export const searches: readonly NamedQuery[] = [
  { name: 'a common word', query: 'q=release', index: 'tasks_by_created_at' },
  { name: 'a rare word', query: 'q=needle3', index: 'tasks_search' },
];
