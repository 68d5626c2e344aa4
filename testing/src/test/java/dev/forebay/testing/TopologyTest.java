package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@RedisTest(Topology.SENTINEL)
class TopologyTest {

  @Test
  void a_name_space_can_be_on_a_sentinel_set(RedisNamespace redis) {
    assertThat(redis.topology()).isEqualTo(Topology.SENTINEL);
    assertThat(redis.uri()).startsWith("redis-sentinel://").endsWith("#mymaster");
    assertThat(redis.execute("SET", redis.key("a"), "1")).isEqualTo("OK");
    redis.deleteKeys();
    assertThat(redis.execute("EXISTS", redis.key("a"))).isEqualTo(0L);
  }

  @Test
  @RedisTest
  void the_annotation_of_a_method_counts_instead_of_that_of_its_class(
      RedisNamespace redis, FaultProxy proxy) {
    assertThat(redis.topology()).isEqualTo(Topology.STANDALONE);
    redis.execute("SET", redis.key("a"), "1");
    assertThat(proxy.endpoint().execute("GET", redis.key("a"))).isEqualTo("1");
    assertThat(proxy.uri()).isNotEqualTo(redis.uri());
  }

  @Test
  void a_test_can_have_sets_and_a_proxy_of_its_own(
      @OwnServer(password = "p") EmbeddedSentinel sentinel,
      @OwnServer EmbeddedRedis redis,
      @OwnServer FaultProxy proxy) {
    assertThat(sentinel.password()).isEqualTo("p");
    redis.execute("SET", "a", "1");
    assertThat(proxy.endpoint().execute("GET", "a")).isEqualTo("1");
  }

  @Nested
  class InANestedClass {

    @Test
    void the_annotation_around_it_counts(RedisNamespace redis) {
      assertThat(redis.topology()).isEqualTo(Topology.SENTINEL);
    }
  }

  @Nested
  @RedisTest(Topology.CLUSTER)
  class InANestedClassOnACluster {

    @Test
    void its_own_annotation_counts(RedisNamespace redis) {
      assertThat(redis.topology()).isEqualTo(Topology.CLUSTER);
      for (int i = 0; i < 10; i++) {
        assertThat(redis.execute("SET", redis.key("k" + i), "1")).isEqualTo("OK");
      }
    }

    @Test
    void a_cluster_of_its_own_can_be_changed(
        @OwnServer EmbeddedCluster redis, RedisNamespace shared) {
      assertThat(redis.uris()).hasSize(6).doesNotContain(shared.uri());
    }
  }
}
