-- A card that somebody has saved. Its number is with the processor; the token charges it.
create table payment_cards (
  user_id   bigint      primary key references users,
  token     text        not null,
  brand     text        not null,
  last_four text        not null check (last_four ~ '^[0-9]{4}$'),
  expires   date        not null,
  saved_at  timestamptz not null default now()
);
