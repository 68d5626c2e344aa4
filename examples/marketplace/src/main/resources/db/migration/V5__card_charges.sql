-- Charges of saved cards. Written before the processor is asked, so that one whose outcome is unknown is asked for again
-- by the same key, which the processor takes once.
create table card_charges (
  key      uuid        primary key,
  user_id  bigint      not null references users,
  token    text        not null,
  credits  integer     not null check (credits > 0),
  begun_at timestamptz not null default now(),
  done_at  timestamptz -- when the credits were added; null until then
);
create unique index card_charges_pending on card_charges (user_id) where done_at is null;
