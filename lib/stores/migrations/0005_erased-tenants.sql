-- Up Migration

-- Tenants whose data is to be nowhere. The mark stays: it refuses writes, and the relay skips what still waits.
create table erased_tenants (
  tenant text primary key,
  erased_at timestamptz not null default now(),
  -- Every transaction that began before this one ended may have written without seeing the mark.
  erased_in xid8 not null default pg_current_xact_id()
);

create function refuse_erased_tenant() returns trigger language plpgsql as $$
begin
  if exists (select from erased_tenants where tenant = new.tenant) then
    raise exception 'the tenant is erased' using errcode = 'TM001';
  end if;
  return new;
end
$$;

create trigger refuse_erased_tenant before insert or update on tasks
  for each row execute function refuse_erased_tenant();

-- Down Migration

drop trigger refuse_erased_tenant on tasks;
drop function refuse_erased_tenant;
drop table erased_tenants;
