package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
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
        "redis://ann:12/hush@host/x",
        "redis://:p@x#hush@host",
        "redis://ann:hush",
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

  @Test
  void commands_that_belong_together_go_on_one_connection() {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      List<@Nullable Object> replies = redis
          .endpoint()
          .executeAll(
              List.of(new String[] {"MULTI"}, new String[] {"INCR", "n"}, new String[] {"EXEC"}));
      assertThat(replies).containsExactly("OK", "QUEUED", List.of(1L));
      assertThatThrownBy(() -> redis
              .endpoint()
              .executeAll(List.of(new String[] {"NONSENSE"}, new String[] {"INCR", "n"})))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("NONSENSE");
      assertThat(redis.execute("GET", "n")).isEqualTo("1");
    }
  }
}
