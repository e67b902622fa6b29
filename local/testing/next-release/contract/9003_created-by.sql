-- Contract, unused since 9001_creator-and-estimate

drop trigger tasks_creator on tasks;
drop function tasks_creator;

-- The constraint spares the look at every row.
alter table tasks alter column creator set not null;
alter table tasks drop constraint tasks_have_a_creator, drop column created_by;
