package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.RedisEndpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Test classes that {@link RedisLifecycleTest} runs; some fail on purpose. No build runs them. */
final class LifecycleSamples {

  static final List<EmbeddedRedis> OWN = Collections.synchronizedList(new ArrayList<>());
  static final List<RedisNamespace> SHARED = Collections.synchronizedList(new ArrayList<>());
  static final List<RedisNamespace> SHARED_CLUSTER =
      Collections.synchronizedList(new ArrayList<>());
  static final List<RedisNamespace> OF_THE_CLASS = Collections.synchronizedList(new ArrayList<>());

  private LifecycleSamples() {}

  @RedisTest
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class Writing {

    @Test
    @Order(1)
    void first_writes(RedisNamespace redis) {
      SHARED.add(redis);
      redis.execute("SET", redis.key("a"), "1");
      RedisEndpoint.of(redis.uri()).database(2).execute("SET", redis.key("b"), "1");
    }

    @Test
    @Order(2)
    void second_finds_nothing(RedisNamespace redis) {
      SHARED.add(redis);
      String before = SHARED.get(0).keyPrefix();
      assertThat(redis.execute("KEYS", before + "*")).asInstanceOf(LIST).isEmpty();
      assertThat(RedisEndpoint.of(redis.uri()).database(2).execute("DBSIZE")).isEqualTo(0L);
    }
  }

  /** Each fails only when it is run for the first time. */
  @FinalVerdict
  static class Flaky {

    private static final Set<String> RUN = ConcurrentHashMap.newKeySet();

    @Test
    void assertion() {
      assertThat(RUN.add("assertion")).isFalse();
    }

    @Test
    void assertion_in_another_thread() throws Exception {
      CompletableFuture.runAsync(() -> assertThat(RUN.add("thread")).isFalse()).get();
    }

    @Test
    @Timeout(value = 50, unit = TimeUnit.MILLISECONDS)
    void time_out() throws InterruptedException {
      new CountDownLatch(RUN.add("time") ? 1 : 0).await();
    }

    @Test
    void trouble_of_the_machine() {
      if (RUN.add("trouble")) {
        throw new IllegalStateException("on purpose");
      }
    }
  }

  @RedisTest
  static class Failing {

    @Test
    void fails_on_purpose(@OwnServer EmbeddedRedis redis) {
      OWN.add(redis);
      throw new AssertionError("on purpose");
    }
  }

  @RedisTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class PerClass {

    PerClass(RedisNamespace redis) {
      OF_THE_CLASS.add(redis);
    }

    @BeforeAll
    void before(RedisNamespace redis) {
      OF_THE_CLASS.add(redis);
    }

    @Test
    void one(RedisNamespace redis) {
      OF_THE_CLASS.add(redis);
    }

    @Test
    void two(RedisNamespace redis) {
      OF_THE_CLASS.add(redis);
    }
  }

  @RedisTest(Topology.CLUSTER)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class OnACluster {

    @Test
    @Order(1)
    void first_writes(RedisNamespace redis) {
      SHARED_CLUSTER.add(redis);
      for (int i = 0; i < 50; i++) {
        redis.execute("SET", redis.key("k" + i), "1");
        redis.execute("SET", redis.key("{same}" + i), "1");
      }
    }

    @Test
    @Order(2)
    void second_finds_nothing(RedisNamespace redis) {
      String before = SHARED_CLUSTER.get(0).keyPrefix();
      assertThat(redis.uri()).isEqualTo(SHARED_CLUSTER.get(0).uri());
      for (int i = 0; i < 50; i++) {
        assertThat(redis.execute("EXISTS", before + "k" + i)).isEqualTo(0L);
        assertThat(redis.execute("EXISTS", before + "{same}" + i)).isEqualTo(0L);
      }
    }
  }

  @RedisTest
  static class OnOneServer {

    @Test
    void with_a_name_space(RedisNamespace redis) {
      assertThat(redis.execute("PING")).isEqualTo("PONG");
    }

    @Test
    void with_a_server_of_its_own(@OwnServer EmbeddedRedis redis) {
      assertThat(redis.execute("PING")).isEqualTo("PONG");
    }
  }

  @RedisTest(Topology.SENTINEL)
  static class OnASetToo extends OnOneServer {

    @Test
    void with_another_server_of_its_own(@OwnServer EmbeddedRedis redis) {
      assertThat(redis.execute("PING")).isEqualTo("PONG");
    }
  }

  @RedisTest
  static class OnOneServerToo extends OnOneServer {}

  @RedisTest(Topology.SENTINEL)
  static class ProxyBeforeASet {

    @Test
    void never_runs(FaultProxy proxy) {
      throw new AssertionError(proxy);
    }
  }

  @RedisTest
  static class WrongType {

    @Test
    void never_runs(@OwnServer String redis) {
      throw new AssertionError(redis);
    }
  }
}
