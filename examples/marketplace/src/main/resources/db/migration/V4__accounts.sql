-- Who may sign in. The people of the first day have no accounts.
create table accounts (
  user_id    bigint      primary key references users,
  email      text        not null unique, -- in lower case
  password   text        not null,        -- {algorithm}hash
  role       text        not null check (role in ('member', 'operator')),
  version    integer     not null default 1, -- a session that began under another one is over
  created_at timestamptz not null default now()
);

-- Links that set a new password, once. Who reads this table cannot make one up: it has digests of the tokens only.
create table password_resets (
  token_digest bytea       primary key check (octet_length(token_digest) = 32),
  user_id      bigint      not null references accounts on delete cascade,
  expires_at   timestamptz not null
);
create index password_resets_user on password_resets (user_id);
create index password_resets_expiry on password_resets (expires_at);
