-- Expand

-- The open transactions that have an id, in all databases of the server. The owner may be told how old those of other roles
-- are, and lends that to whom it grants this; what they run, it does not tell.
create function open_transactions() returns table (xid xid, since timestamptz)
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
begin atomic
  select backend_xid, xact_start from pg_stat_activity where backend_xid is not null
  union all
  select transaction, prepared from pg_prepared_xacts;
end;
