-- A form that completed an earlier charge of the same amount has a row of its own too, which is no charge: when it comes
-- again, its key is known and nothing is charged. Keys are those of a person.
alter table card_charges
  drop constraint card_charges_pkey,
  add primary key (user_id, key),
  add completed uuid, -- the key of that charge; null for a charge
  add foreign key (user_id, completed) references card_charges,
  add check (completed is null or done_at is not null);
