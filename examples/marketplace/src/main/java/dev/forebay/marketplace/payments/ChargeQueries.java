package dev.forebay.marketplace.payments;

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

  /** Begins a charge, unless the user has one that is not done; returns that or the new one. */
  Charge begin(long user, String token, int credits) {
    return jdbc.sql("""
            insert into card_charges (key, user_id, token, credits)
            values (:key, :user, :token, :credits)
            on conflict (user_id) where done_at is null
              do update set user_id = excluded.user_id -- changes nothing, and returns the row
            returning key, token, credits""")
        .param("key", UUID.randomUUID())
        .param("user", user)
        .param("token", token)
        .param("credits", credits)
        .query((row, number) -> new Charge(
            row.getObject("key", UUID.class), row.getString("token"), row.getInt("credits")))
        .single();
  }

  /** Returns whether the charge is done only now. */
  boolean finish(UUID key) {
    return jdbc.sql("update card_charges set done_at = now() where key = :key and done_at is null")
            .param("key", key)
            .update()
        == 1;
  }
}
