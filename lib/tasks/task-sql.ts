/** How PostgreSQL renders a task: as the text that is answered and cached, and as the fields that a change may touch. */
import { rfc3339 } from '../stores/sql.ts';
import { fieldNames } from './task.ts';

/** The columns that a client can set. */
export const columns: string = fieldNames.join(', ');

/** The task as JSON text, its keys in the API's order. @param row a table alias, `old` or `new` */
export function taskJson(row: string): string {
  return `(
    select row_to_json(task)::text from (
      select ${row}.id, ${row}.title, ${row}.description, ${row}.status, ${row}.priority, ${row}.labels, ${row}.assignee,
        ${rfc3339(`${row}.due_at`)} as due_at, ${rfc3339(`${row}.completed_at`)} as completed_at,
        ${row}.created_by, ${row}.version,
        ${rfc3339(`${row}.created_at`)} as created_at, ${rfc3339(`${row}.updated_at`)} as updated_at,
        ${rfc3339(`${row}.deleted_at`)} as deleted_at
    ) as task
  )`;
}

/** The fields that a client can set, as jsonb. */
export function fieldsJson(row: string): string {
  return `jsonb_build_object(
    'title', ${row}.title, 'description', ${row}.description, 'status', ${row}.status, 'priority', ${row}.priority,
    'labels', ${row}.labels, 'assignee', ${row}.assignee, 'due_at', ${rfc3339(`${row}.due_at`)}
  )`;
}
