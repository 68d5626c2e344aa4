package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedServerException;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs small test classes within a run of their own, to look at what is left after them. */
class RedisLifecycleTest {

  @Test
  void keys_are_deleted_in_every_database_after_a_test_and_the_server_ends_with_the_run() {
    run(LifecycleSamples.Writing.class)
        .testEvents()
        .assertStatistics(stats -> stats.succeeded(2).failed(0));
    assertThat(LifecycleSamples.SHARED).hasSize(2);
    assertThat(LifecycleSamples.SHARED)
        .extracting(RedisNamespace::uri)
        .containsOnly(LifecycleSamples.SHARED.get(0).uri());
    assertThatThrownBy(() -> LifecycleSamples.SHARED.get(0).execute("PING"))
        .isInstanceOf(EmbeddedServerException.class);
  }

  @Test
  void an_own_server_is_closed_after_its_test_even_if_it_fails() {
    run(LifecycleSamples.Failing.class).testEvents().assertStatistics(stats -> stats.failed(1));
    assertThat(LifecycleSamples.OWN).singleElement().satisfies(redis -> {
      assertThat(redis.isRunning()).isFalse();
      assertThat(redis.dataFolder()).doesNotExist();
    });
  }

  @Test
  void what_a_whole_class_was_given_all_its_tests_share() {
    run(LifecycleSamples.PerClass.class)
        .testEvents()
        .assertStatistics(stats -> stats.succeeded(2).failed(0));
    assertThat(LifecycleSamples.OF_THE_CLASS).hasSize(4);
    assertThat(LifecycleSamples.OF_THE_CLASS)
        .extracting(RedisNamespace::keyPrefix)
        .containsOnly(LifecycleSamples.OF_THE_CLASS.get(0).keyPrefix());
  }

  @Test
  void own_server_at_a_wrong_type_says_so() {
    assertThat(run(LifecycleSamples.WrongType.class).testEvents().failed().stream()
            .map(Object::toString))
        .singleElement()
        .asString()
        .contains("goes with EmbeddedRedis, EmbeddedSentinel, EmbeddedCluster and FaultProxy only");
  }

  @Test
  void keys_are_deleted_on_every_master_of_a_cluster_after_a_test() {
    run(LifecycleSamples.OnACluster.class)
        .testEvents()
        .assertStatistics(stats -> stats.succeeded(2).failed(0));
  }

  @Test
  void a_failure_that_is_final_is_not_made_up_for_by_a_second_run() {
    run(LifecycleSamples.Flaky.class).testEvents().assertStatistics(stats -> stats.failed(4));
    assertThat(run(LifecycleSamples.Flaky.class).testEvents().succeeded().stream()
            .map(event -> event.getTestDescriptor().getDisplayName()))
        .containsExactly("trouble_of_the_machine()");
  }

  @Test
  void on_another_topology_an_inherited_test_with_servers_of_its_own_is_not_run_once_more() {
    run(LifecycleSamples.OnOneServerToo.class)
        .testEvents()
        .assertStatistics(stats -> stats.succeeded(2).skipped(0).failed(0));
    run(LifecycleSamples.OnASetToo.class)
        .testEvents()
        .assertStatistics(stats -> stats.succeeded(2).skipped(1).failed(0));
  }

  @Test
  void a_proxy_before_a_shared_set_is_refused() {
    assertThat(run(LifecycleSamples.ProxyBeforeASet.class).testEvents().failed().stream()
            .map(Object::toString))
        .singleElement()
        .asString()
        .contains("FaultProxy.before(node)");
  }

  @Test
  void a_server_named_by_the_environment_is_used_and_left_running() {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().password("a/b").start()) {
      SharedRedis shared = SharedRedis.start(redis.uri());
      RedisNamespace ours = new RedisNamespace(shared, Topology.STANDALONE);
      RedisNamespace theirs = new RedisNamespace(shared, Topology.STANDALONE);
      for (int i = 0; i < 2_500; i++) {
        redis.execute("SET", ours.key("k" + i), "v");
      }
      redis.endpoint().database(3).execute("SET", ours.key("limit"), "1");
      redis.execute("SET", theirs.key("k"), "v");

      ours.deleteKeys();
      shared.close();

      assertThat(redis.execute("KEYS", "*")).asInstanceOf(LIST).containsExactly(theirs.key("k"));
      assertThat(redis.endpoint().database(3).execute("DBSIZE")).isEqualTo(0L);
    }
  }

  @Test
  void an_address_where_nobody_answers_is_told_with_its_cure() {
    assertThatIllegalStateException()
        .isThrownBy(() -> SharedRedis.start("redis://:hush@127.0.0.1:1"))
        .withMessageContaining("FOREBAY_TEST_REDIS_URL")
        .withMessageContaining("127.0.0.1:1")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
  }

  private static EngineExecutionResults run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
        .selectors(selectClass(tests))
        .execute();
  }
}
