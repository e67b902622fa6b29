-- Up Migration

-- Words are runs of letters and digits; everything else separates them, so that no text and no query can be malformed.
create function task_words(content text) returns text
  language sql immutable parallel safe
  return regexp_replace(content, '[^[:alnum:]]+', ' ', 'g');

-- Every word, the last one also as a prefix; null when there is no word.
create function task_query(words text) returns tsquery
  language sql immutable parallel safe
  return (nullif(plainto_tsquery('simple', task_words(words))::text, '') || ':*')::tsquery;

alter table tasks add column search tsvector not null
  generated always as (to_tsvector('simple', task_words(title || ' ' || description))) stored;

-- A null due_at is last both ways: it sorts as the end of time, and as its beginning when descending.
drop index tasks_newest;
create index tasks_by_created_at on tasks (tenant, created_at, id) where deleted_at is null;
create index tasks_by_updated_at on tasks (tenant, updated_at, id) where deleted_at is null;
create index tasks_by_due_at on tasks (tenant, coalesce(due_at, 'infinity'), id) where deleted_at is null;
create index tasks_by_due_at_descending on tasks (tenant, coalesce(due_at, '-infinity'), id) where deleted_at is null;
create index tasks_by_priority on tasks (tenant, priority, id) where deleted_at is null;
create index tasks_of_status_by_created_at on tasks (tenant, status, created_at, id) where deleted_at is null;
create index tasks_of_status_by_due_at on tasks (tenant, status, coalesce(due_at, 'infinity'), id) where deleted_at is null;
create index tasks_of_status_by_priority on tasks (tenant, status, priority, id) where deleted_at is null;
create index tasks_of_assignee_by_created_at on tasks (tenant, assignee, created_at, id) where deleted_at is null;
create index tasks_of_assignee_and_status_by_due_at on tasks (tenant, assignee, status, coalesce(due_at, 'infinity'), id)
  where deleted_at is null;
create index tasks_in_trash on tasks (tenant, updated_at, id) where deleted_at is not null;
create index tasks_labels on tasks using gin (labels) where deleted_at is null;
create index tasks_search on tasks using gin (search) where deleted_at is null;

-- Down Migration

drop index tasks_search, tasks_labels, tasks_in_trash, tasks_of_assignee_and_status_by_due_at, tasks_of_assignee_by_created_at,
  tasks_of_status_by_priority, tasks_of_status_by_due_at, tasks_of_status_by_created_at, tasks_by_priority,
  tasks_by_due_at_descending, tasks_by_due_at, tasks_by_updated_at, tasks_by_created_at;
create index tasks_newest on tasks (tenant, created_at desc, id desc) where deleted_at is null;
alter table tasks drop column search;
drop function task_query, task_words;
