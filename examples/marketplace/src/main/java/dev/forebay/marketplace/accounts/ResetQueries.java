package dev.forebay.marketplace.accounts;

import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL of links that set a new password; the clock is that of the database. Each method is one statement. */
@Repository
class ResetQueries {

  private final JdbcClient jdbc;

  ResetQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Stores a token for the account of an address. The same statement where there is none. */
  boolean insert(byte[] digest, EmailAddress email, Duration validFor) {
    return jdbc.sql("""
            insert into password_resets (token_digest, user_id, expires_at)
            select :digest, user_id, now() + make_interval(secs => :seconds) from accounts where email = :email""")
            .param("digest", digest)
            .param("email", email.text())
            .param("seconds", (double) validFor.toSeconds())
            .update()
        == 1;
  }

  /** Returns whose token it is; empty if it is unknown, used or expired. */
  Optional<Long> userOf(byte[] digest) {
    return jdbc.sql("select user_id from password_resets"
            + " where token_digest = :digest and expires_at > now()")
        .param("digest", digest)
        .query(Long.class)
        .optional();
  }

  /** Uses up all tokens of an account. */
  void deleteOf(long user) {
    jdbc.sql("delete from password_resets where user_id = :user")
        .param("user", user)
        .update();
  }

  void deleteExpired() {
    jdbc.sql("delete from password_resets where expires_at <= now()").update();
  }
}
