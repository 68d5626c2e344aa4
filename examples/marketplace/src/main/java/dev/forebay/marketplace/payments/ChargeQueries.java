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

  /**
   * Returns what there is of that key, or else the charge that is not done. Only the first can be done. Empty if the
   * user has neither.
   */
  Optional<Charge> find(UUID key, long user) {
    return jdbc.sql("""
            select key, token, credits, done_at from card_charges
            where user_id = :user and (key = :key or done_at is null) order by key = :key desc limit 1""")
        .param("key", key)
        .param("user", user)
        .query((row, number) -> new Charge(
            user,
            row.getObject("key", UUID.class),
            row.getString("token"),
            row.getInt("credits"),
            row.getObject("done_at") != null))
        .optional();
  }

  /** Returns whether the charge is done only now. */
  boolean finish(Charge charge) {
    return jdbc.sql("""
            update card_charges set done_at = now()
            where user_id = :user and key = :key and done_at is null""")
            .param("user", charge.person())
            .param("key", charge.key())
            .update()
        == 1;
  }

  /** Notes that a form of another key has completed a charge, in the transaction in which that is done. */
  void noteCompletion(UUID key, Charge completed) {
    jdbc.sql("""
            insert into card_charges (key, user_id, token, credits, done_at, completed)
            values (:key, :user, :token, :credits, now(), :completed)""")
        .param("key", key)
        .param("user", completed.person())
        .param("token", completed.token())
        .param("credits", completed.credits())
        .param("completed", completed.key())
        .update();
  }
}
