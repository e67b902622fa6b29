-- Expand, outside a transaction

-- In the order in which a batch locks its tasks, so that neither waits for the other for ever.
do $$
begin
  loop
    with without as (
      select tenant, id from tasks where creator is null order by tenant, id limit 1000 for update
    )
    update tasks set creator = created_by from without where tasks.tenant = without.tenant and tasks.id = without.id;
    exit when not found;
    commit;
  end loop;
end
$$;

alter table tasks validate constraint tasks_have_a_creator;

drop index concurrently if exists tasks_by_estimate;
create index concurrently tasks_by_estimate on tasks (tenant, estimate, id) where deleted_at is null;
