-- Up Migration

-- Almost always empty: it counts the parked rows of an outbox of any length.
create index outbox_parked on outbox (id) where parked_because is not null;

-- Down Migration

drop index outbox_parked;
