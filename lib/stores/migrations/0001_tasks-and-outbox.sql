-- Up Migration

create type task_status as enum ('pending', 'in_progress', 'completed', 'cancelled');
-- In the order of their rank.
create type task_priority as enum ('low', 'medium', 'high', 'critical');

create table tasks (
  tenant text not null,
  id uuid not null default uuidv7(),
  title text not null,
  description text not null,
  status task_status not null,
  priority task_priority not null,
  labels text[] not null,
  assignee text,
  due_at timestamptz(3),
  completed_at timestamptz(3),
  created_by text not null,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (tenant, id)
);

create index tasks_newest on tasks (tenant, created_at desc, id desc) where deleted_at is null;

-- One row per change, written in the change's own statement. A row leaves when both lanes of the relay have passed it.
create table outbox (
  id uuid primary key default uuidv7(),
  tenant text not null,
  task_id uuid not null,
  version integer not null,
  action text not null check (action in ('created', 'updated', 'deleted', 'restored', 'purged')),
  actor text not null,
  request_id text not null,
  at timestamptz(3) not null,
  changes json not null,
  logged_at timestamptz,
  repaired_at timestamptz,
  -- Why the activity log refused this row for good.
  parked_because text
);

create unique index outbox_of_task on outbox (tenant, task_id, version);
create index outbox_to_log on outbox (id) where logged_at is null and parked_because is null;
create index outbox_to_repair on outbox (id) where repaired_at is null;

-- What sleeps or ends leaves its last sign of life here.
create table heartbeats (
  name text primary key,
  at timestamptz not null,
  detail jsonb not null
);

-- The instant that a change is stamped with: now, cut to milliseconds, never before the task's last change.
create function change_instant(previous timestamptz default null) returns timestamptz
  language sql volatile
  return greatest(date_trunc('milliseconds', clock_timestamp()), previous);

-- Down Migration

drop function change_instant;
drop table heartbeats, outbox, tasks;
drop type task_status, task_priority;
