package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisEndpointTest {

  @ParameterizedTest
  @CsvSource({
    "redis://localhost, redis://localhost:6379",
    "redis://localhost:7000/3, redis://localhost:7000/3",
    "redis://secret@host, redis://:secret@host:6379",
    "redis://:s%2Bc+ret%20@host:1, redis://:s%2Bc%2Bret%20@host:1",
    "redis://bob:a%3Ab%40@host/1, redis://bob:a%3Ab%40@host:6379/1",
    "redis://[::1]:7000, redis://[::1]:7000",
  })
  void an_address_is_read_with_its_defaults(String given, String read) {
    assertThat(RedisEndpoint.of(given).uri()).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rediss://:hush@host",
        "host:6379",
        "redis://:hush@ho st",
        "redis://:hush@host/one",
        "redis:"
      })
  void an_address_that_cannot_be_read_is_refused_without_showing_it(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisEndpoint.of(uri))
        .withMessageContaining("redis://[user:password@]host")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
  }

  @Test
  void databases_of_one_server_are_apart() {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      RedisEndpoint second = redis.endpoint().database(2);
      second.execute("SET", "key", "value");
      assertThat(second.execute("DBSIZE")).isEqualTo(1L);
      assertThat(redis.execute("DBSIZE")).isEqualTo(0L);
      assertThat(second.uri()).endsWith("/2");
    }
  }
}
