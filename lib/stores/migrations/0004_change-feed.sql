-- Up Migration

-- The transaction that changed the row last. Only rows of transactions that have all ended are shown, in this order, so
-- that a late commit is never skipped.
alter table tasks add column changed_in xid8 not null default pg_current_xact_id();
create index tasks_by_change on tasks (tenant, changed_in, id);
create index tasks_by_deletion on tasks (deleted_at) where deleted_at is not null;

-- What remains of a purged task.
create table tombstones (
  tenant text not null,
  id uuid not null,
  version integer not null,
  purged_at timestamptz(3) not null,
  changed_in xid8 not null default pg_current_xact_id(),
  primary key (tenant, id)
);
create index tombstones_by_change on tombstones (tenant, changed_in, id);
create index tombstones_by_age on tombstones (purged_at);

-- Transaction ids do not survive a restore: another lifetime of the database is another epoch of the feed.
create table change_feed (
  epoch uuid not null default gen_random_uuid(),
  began_at timestamptz not null default now(),
  singleton boolean primary key default true check (singleton)
);
insert into change_feed default values;

create index outbox_by_instant on outbox (tenant, at);

-- Down Migration

drop index outbox_by_instant;
drop table change_feed, tombstones;
drop index tasks_by_deletion, tasks_by_change;
alter table tasks drop column changed_in;
