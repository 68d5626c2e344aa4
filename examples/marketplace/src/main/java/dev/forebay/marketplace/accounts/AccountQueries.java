package dev.forebay.marketplace.accounts;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL of accounts. Each method is one statement. */
@Repository
class AccountQueries {

  private final JdbcClient jdbc;

  AccountQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<Account> find(EmailAddress email) {
    return jdbc.sql("""
            select a.user_id, u.name, a.password, a.role, a.version
            from accounts a join users u on u.id = a.user_id where a.email = :email""")
        .param("email", email.text())
        .query((row, number) -> new Account(
            row.getLong("user_id"),
            row.getString("name"),
            row.getString("password"),
            Role.of(row.getString("role")),
            row.getInt("version")))
        .optional();
  }

  /** @throws org.springframework.dao.DuplicateKeyException if the address has an account */
  void insert(long user, EmailAddress email, String passwordHash, Role role) {
    jdbc.sql("insert into accounts (user_id, email, password, role)"
            + " values (:user, :email, :password, :role)")
        .param("user", user)
        .param("email", email.text())
        .param("password", passwordHash)
        .param("role", role.stored())
        .update();
  }

  Optional<Integer> version(long user) {
    return jdbc.sql("select version from accounts where user_id = :user")
        .param("user", user)
        .query(Integer.class)
        .optional();
  }

  /** Lets nobody else change an account until the transaction ends. */
  void lock(long user) {
    jdbc.sql("select 1 from accounts where user_id = :user for update")
        .param("user", user)
        .query(Integer.class)
        .optional();
  }

  /** Sets a new password, and ends the sessions that began under the one before. Returns the address. */
  EmailAddress changePassword(long user, String hash) {
    return new EmailAddress(jdbc.sql("update accounts set password = :hash, version = version + 1"
            + " where user_id = :user returning email")
        .param("user", user)
        .param("hash", hash)
        .query(String.class)
        .single());
  }

  /** Replaces the hash of a password that stays, unless it was changed meanwhile. */
  void rehash(Account account, String hash) {
    jdbc.sql("update accounts set password = :hash where user_id = :user and password = :before")
        .param("user", account.userId())
        .param("hash", hash)
        .param("before", account.passwordHash())
        .update();
  }

  boolean isThereAnOperator() {
    return jdbc.sql("select exists (select 1 from accounts where role = :role)")
        .param("role", Role.OPERATOR.stored())
        .query(Boolean.class)
        .single();
  }
}
