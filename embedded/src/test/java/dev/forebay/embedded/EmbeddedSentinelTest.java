package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EmbeddedSentinelTest {

  @Test
  void
      a_killed_master_is_replaced_by_a_replica_that_has_its_data_and_nothing_is_left_after_close() {
    List<EmbeddedRedis> servers;
    List<Path> folders;
    try (EmbeddedSentinel redis = EmbeddedSentinel.builder()
        .password("da/ta")
        .sentinelPassword("watch \"it\"")
        .appendOnly(true)
        .start()) {
      servers =
          Stream.concat(redis.nodes().stream(), redis.sentinels().stream()).toList();
      folders = servers.stream().map(server -> server.dataFolder().getParent()).toList();
      assertThat(servers).hasSize(6);
      assertThat(redis.uri())
          .matches(
              "redis-sentinel://:da%2Fta@127.0.0.1:\\d+,127.0.0.1:\\d+,127.0.0.1:\\d+#mymaster");
      assertThat(redis.sentinelPassword()).isEqualTo("watch \"it\"");
      assertThat(redis.toString()).doesNotContain("da/ta").doesNotContain("watch");
      EmbeddedRedis first = redis.master();
      assertThat(redis.replicas()).hasSize(2).doesNotContain(first);
      redis.execute("SET", "order", "paid");
      for (EmbeddedRedis replica : redis.replicas()) {
        await().until(() -> "paid".equals(replica.execute("GET", "order")));
      }
      assertThatThrownBy(() -> redis.replicas().get(0).execute("SET", "a", "b"))
          .hasMessageContaining("READONLY");

      first.kill();
      EmbeddedRedis second = redis.awaitMaster();

      assertThat(second).isNotSameAs(first);
      assertThat(redis.replicas()).contains(first);
      assertThat(second.execute("GET", "order")).isEqualTo("paid");
      // Not awaitReady(): sentinels may leave the last replica at the dead master for minutes.
    }
    assertThat(servers).noneMatch(EmbeddedRedis::isRunning);
    assertThat(folders).allSatisfy(folder -> assertThat(folder).doesNotExist());
  }

  @Test
  void a_failover_on_demand_promotes_a_replica_and_the_former_master_becomes_one() {
    try (EmbeddedSentinel redis = EmbeddedSentinel.builder()
        .replicas(1)
        .sentinels(1)
        .masterName("shop.1")
        .tls()
        .withoutDefaultUser()
        .user("admin", "a/b", "~*", "&*", "+@all")
        .user("app", "c", "~order", "+get")
        .start()) {
      assertThat(redis.uri())
          .isEqualTo("rediss-sentinel://admin:a%2Fb@127.0.0.1:"
              + redis.sentinels().get(0).port() + "#shop.1");
      assertThat(redis.tlsFiles().caCertificate()).exists();
      EmbeddedRedis former = redis.master();
      redis.execute("SET", "order", "paid");
      EmbeddedRedis replica = redis.replicas().get(0);
      await().until(() -> "paid".equals(replica.execute("GET", "order")));

      EmbeddedRedis master = redis.failOver();

      assertThat(master).isSameAs(replica).isSameAs(redis.master());
      assertThat(master.execute("GET", "order")).isEqualTo("paid");
      assertThat(master.execute("SET", "order", "sent")).isEqualTo("OK");
      await().until(() -> "sent".equals(former.execute("GET", "order")));
      assertThat(master.endpointOf("app").execute("GET", "order")).isEqualTo("sent");
    }
  }

  @Test
  void a_master_whose_replicas_hang_refuses_writes_if_it_is_told_to() {
    try (EmbeddedSentinel redis = EmbeddedSentinel.builder()
        .replicas(1)
        .minReplicasToWrite(1, Duration.ofSeconds(1))
        .start()) {
      EmbeddedRedis replica = redis.replicas().get(0);
      assertThat(redis.execute("SET", "order", "paid")).isEqualTo("OK");
      assertThat(redis.execute("CONFIG", "GET", "min-replicas-max-lag"))
          .asInstanceOf(LIST)
          .contains("1");

      replica.pause();

      Patience.until("the master refuses writes", Duration.ofSeconds(10), () -> {
        Object reply = redis.master().endpoint().reply("SET", "order", "sent");
        return reply instanceof ErrorReply error && error.message().startsWith("NOREPLICAS")
            ? Optional.empty()
            : Optional.of("it said " + reply);
      });
      replica.resume();
      assertThat(redis.awaitMaster().execute("SET", "order", "sent")).isEqualTo("OK");
    }
  }

  @Test
  void a_killed_jvm_leaves_none_of_the_servers_and_none_of_their_folders() throws Exception {
    try (ChildJvm jvm = new ChildJvm(Map.of(), EmbeddedSentinelMain.class)) {
      String[] pids = jvm.firstLine().split(" ", -1);
      String[] folders = jvm.readLine().split(" ", -1);
      assertThat(pids).hasSize(3);
      for (String folder : folders) {
        assertThat(Path.of(folder)).isDirectory();
      }

      jvm.kill();

      for (String pid : pids) {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> ServerFolders.isGone(Long.parseLong(pid)));
      }
      for (String folder : folders) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(Path.of(folder)));
      }
    }
  }

  @Test
  void settings_that_make_no_set_are_refused() {
    EmbeddedSentinelBuilder builder = EmbeddedSentinel.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.replicas(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.sentinels(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.masterName("my master"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.downAfter(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.sentinelPassword(""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.minReplicasToWrite(1, Duration.ofMillis(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.quorum(4).start())
        .withMessageContaining("at most the number of sentinels, 3, was 4");
  }
}
