-- Up Migration

-- The answer of each change that came with a key, written in the change's transaction.
create table idempotency_keys (
  tenant text not null,
  key text not null,
  fingerprint text not null,
  created_at timestamptz not null default now(),
  -- Null only until the transaction that inserted the row commits.
  answer json,
  primary key (tenant, key)
);

create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Down Migration

drop table idempotency_keys;
