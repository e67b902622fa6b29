-- Expand, outside a transaction

-- Almost always empty: it counts the parked rows of an outbox of any length.
drop index concurrently if exists outbox_parked;
create index concurrently outbox_parked on outbox (id) where parked_because is not null;
