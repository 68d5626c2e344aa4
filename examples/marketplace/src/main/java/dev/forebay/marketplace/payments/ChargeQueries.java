package dev.forebay.marketplace.payments;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL of charges. Each method is one statement. */
@Repository
class ChargeQueries {

  private final JdbcClient jdbc;

  ChargeQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Begins a charge, unless the user has one of that key, or one that is not done. */
  void begin(UUID key, long user, String token, int credits) {
    jdbc.sql("""
            insert into card_charges (key, user_id, token, credits)
            values (:key, :user, :token, :credits) on conflict do nothing""")
        .param("key", key)
        .param("user", user)
        .param("token", token)
        .param("credits", credits)
        .update();
  }

  /** Returns the charge of that key, or else the one that is not done. Empty if the user has neither. */
  Optional<Charge> find(UUID key, long user) {
    return jdbc.sql("""
            select key, token, credits, done_at from card_charges
            where user_id = :user and (key = :key or done_at is null) order by key = :key desc limit 1""")
        .param("key", key)
        .param("user", user)
        .query((row, number) -> new Charge(
            row.getObject("key", UUID.class),
            row.getString("token"),
            row.getInt("credits"),
            row.getObject("done_at") != null))
        .optional();
  }

  /** Returns whether the charge is done only now. */
  boolean finish(UUID key) {
    return jdbc.sql("update card_charges set done_at = now() where key = :key and done_at is null")
            .param("key", key)
            .update()
        == 1;
  }
}
