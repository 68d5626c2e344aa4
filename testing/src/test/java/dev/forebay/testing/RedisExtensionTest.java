package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedRedis;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RedisTest
@Execution(ExecutionMode.CONCURRENT)
class RedisExtensionTest {

  private static final Set<String> PREFIXES = ConcurrentHashMap.newKeySet();

  private final RedisNamespace fromConstructor;

  RedisExtensionTest(RedisNamespace redis) {
    this.fromConstructor = redis;
  }

  @BeforeEach
  void each_test_has_a_prefix_of_its_own(RedisNamespace redis) {
    assertThat(redis).isSameAs(fromConstructor);
    assertThat(PREFIXES.add(redis.keyPrefix())).isTrue();
    assertThat(redis.keyPrefix()).matches("t[0-9a-z]{5,12}_");
  }

  @Test
  void a_test_gets_one_name_space_on_a_real_server(RedisNamespace redis) {
    assertThat(redis).isSameAs(fromConstructor);
    assertThat(redis.uri()).startsWith("redis://");
    assertThat(redis.execute("SET", redis.key("greeting"), "hello")).isEqualTo("OK");
    assertThat(redis.execute("GET", redis.keyPrefix() + "greeting")).isEqualTo("hello");
  }

  @RepeatedTest(20)
  void tests_in_parallel_do_not_see_each_other(RedisNamespace redis) {
    assertThat(redis.execute("INCR", redis.key("count"))).isEqualTo(1L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void each_invocation_of_a_parameterized_test_has_its_own(int number, RedisNamespace redis) {
    assertThat(redis.execute("INCRBY", redis.key("sum"), "" + number)).isEqualTo((long) number);
  }

  @Test
  void a_test_can_have_a_server_of_its_own(
      @OwnServer EmbeddedRedis redis,
      @OwnServer EmbeddedRedis same,
      @OwnServer(appendOnly = true, password = "pw") EmbeddedRedis durable,
      RedisNamespace shared) {
    assertThat(same).isSameAs(redis);
    assertThat(durable).isNotSameAs(redis);
    assertThat(shared.uri()).isNotEqualTo(redis.uri());
    durable.execute("SET", "order", "paid");
    durable.kill();
    durable.restart();
    assertThat(durable.execute("GET", "order")).isEqualTo("paid");
    assertThat(durable.password()).isEqualTo("pw");
  }

  @Nested
  class InANestedClass {

    private final RedisNamespace inner;

    InANestedClass(RedisNamespace redis) {
      this.inner = redis;
    }

    @Test
    void the_name_space_is_that_of_the_test(RedisNamespace redis) {
      assertThat(redis).isSameAs(inner).isSameAs(fromConstructor);
      assertThat(redis.execute("INCR", redis.key("anything"))).isEqualTo(1L);
    }

    @Test
    void another_test_has_another_one(RedisNamespace redis) {
      assertThat(redis.execute("INCR", redis.key("anything"))).isEqualTo(1L);
    }
  }
}
