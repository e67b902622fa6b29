-- Expand

alter table tasks add column estimate integer, add column creator text;

-- created_by becomes creator: whoever writes the one has written the other.
create function tasks_creator() returns trigger language plpgsql as $$
begin
  new.creator := coalesce(new.creator, new.created_by);
  new.created_by := coalesce(new.created_by, new.creator);
  return new;
end
$$;
create trigger tasks_creator before insert or update on tasks for each row execute function tasks_creator();

alter table tasks add constraint tasks_have_a_creator check (creator is not null) not valid;
