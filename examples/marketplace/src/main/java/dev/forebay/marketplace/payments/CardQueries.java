package dev.forebay.marketplace.payments;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL of saved cards. Each method is one statement. */
@Repository
class CardQueries {

  private final JdbcClient jdbc;

  CardQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<PaymentCard> find(long user) {
    return jdbc.sql(
            "select token, brand, last_four, expires from payment_cards where user_id = :user")
        .param("user", user)
        .query((row, number) -> new PaymentCard(
            row.getString("token"),
            row.getString("brand"),
            row.getString("last_four"),
            YearMonth.from(row.getObject("expires", LocalDate.class))))
        .optional();
  }

  /** Saves a card in place of the one before. */
  void save(long user, PaymentCard card) {
    jdbc.sql("""
            insert into payment_cards (user_id, token, brand, last_four, expires)
            values (:user, :token, :brand, :lastFour, :expires)
            on conflict (user_id) do update set token = excluded.token, brand = excluded.brand,
              last_four = excluded.last_four, expires = excluded.expires, saved_at = now()""")
        .param("user", user)
        .param("token", card.token())
        .param("brand", card.brand())
        .param("lastFour", card.lastFour())
        .param("expires", card.expires().atEndOfMonth())
        .update();
  }

  void delete(long user) {
    jdbc.sql("delete from payment_cards where user_id = :user")
        .param("user", user)
        .update();
  }
}
