package dev.forebay.marketplace.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://ada:s%40crt%2B1@db.example:6543/market",
        "postgresql://ada:s%40crt%2B1@db.example:6543/market"
      })
  void a_url_of_a_hosting_service_is_taken_apart(String text) {
    DatabaseUrl url = DatabaseUrl.parse(text);
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6543/market");
    assertThat(url.user()).isEqualTo("ada");
    assertThat(url.password()).isEqualTo("s@crt+1");
  }

  @Test
  void a_jdbc_url_is_taken_as_it_is() {
    String text = "jdbc:postgresql://db:5432/market?user=ada&password=secret";
    assertThat(DatabaseUrl.parse(text).jdbcUrl()).isEqualTo(text);
    assertThat(DatabaseUrl.parse(text))
        .hasToString("jdbc:postgresql://db:5432/market?user=ada&password=***");
  }

  @Test
  void parameters_are_kept() {
    assertThat(DatabaseUrl.parse("postgres://db/market?sslmode=require").jdbcUrl())
        .isEqualTo("jdbc:postgresql://db/market?sslmode=require");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://ada:secret@db/market",
        "postgres://ada:secret@db",
        "postgres://ada:se cret@db/market",
        "localhost",
        "postgres://ada:secret@/market",
        "jdbc:mysql://ada:secret@db/x",
        "postgres://ada:sec/ret@db/x"
      })
  void anything_else_is_refused_with_the_setting_and_the_cure_but_without_the_password(
      String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseUrl.parse(text))
        .withMessageContaining("DATABASE_URL")
        .withMessageContaining("postgresql://user:password@host:5432/database")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret", "se cret", "sec/ret"));
  }
}
