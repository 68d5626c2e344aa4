package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClusterTest {

  private static final String PASSWORD = "clu/ster ключ";

  private static EmbeddedCluster redis;

  @BeforeAll
  static void start_a_cluster() {
    redis = EmbeddedCluster.builder().password(PASSWORD).start();
  }

  @AfterAll
  static void nothing_is_left_after_close() {
    List<EmbeddedRedis> nodes = redis.nodes();
    List<Path> folders =
        nodes.stream().map(node -> node.dataFolder().getParent()).toList();
    redis.close();
    redis.close();
    assertThat(nodes).hasSize(6).noneMatch(EmbeddedRedis::isRunning);
    assertThat(folders).allSatisfy(folder -> assertThat(folder).doesNotExist());
  }

  @Test
  void commands_reach_the_master_of_their_key() {
    assertThat(redis.masters()).hasSize(3);
    assertThat(redis.uris()).hasSize(6).contains(redis.uri());
    for (int i = 0; i < 20; i++) {
      String key = "commands:" + i;
      redis.execute("SET", key, "v" + i);
      EmbeddedRedis master = redis.masterOf(EmbeddedCluster.slotOf(key));
      assertThat(master.execute("GET", key)).isEqualTo("v" + i);
      EmbeddedRedis replica = redis.replicasOf(master).get(0);
      assertThatThrownBy(() -> replica.execute("GET", key)).hasMessageContaining("MOVED");
    }
    assertThat(redis.execute("PING")).isEqualTo("PONG");
    assertThatThrownBy(() -> redis.execute("MGET", "a", "b")).hasMessageContaining("CROSSSLOT");
  }

  @Test
  void a_moved_slot_takes_all_its_keys_along_also_those_that_are_no_text() {
    int slot = EmbeddedCluster.slotOf("{moved}");
    EmbeddedRedis source = redis.masterOf(slot);
    EmbeddedRedis target = otherMaster(source);
    for (int i = 0; i < 250; i++) {
      source.execute("SET", "{moved}" + i, "v" + i);
    }
    source.execute("EVAL", "return redis.call('SET', KEYS[1] .. '\\255\\0', 'b')", "1", "{moved}");

    redis.moveSlot(slot, target);
    redis.moveSlot(slot, target);

    assertThat(redis.masterOf(slot)).isSameAs(target);
    assertThat(target.execute("CLUSTER", "COUNTKEYSINSLOT", "" + slot)).isEqualTo(251L);
    assertThat(source.execute("CLUSTER", "COUNTKEYSINSLOT", "" + slot)).isEqualTo(0L);
    assertThat(target.execute("GET", "{moved}249")).isEqualTo("v249");
    assertThat(target.execute(
            "EVAL", "return redis.call('GET', KEYS[1] .. '\\255\\0')", "1", "{moved}"))
        .isEqualTo("b");
    assertThatThrownBy(() -> source.execute("GET", "{moved}1"))
        .hasMessageContaining("MOVED " + slot);
  }

  @Test
  void a_half_moved_slot_answers_ask_for_what_has_gone() {
    int slot = EmbeddedCluster.slotOf("{half}");
    EmbeddedRedis source = redis.masterOf(slot);
    for (int i = 0; i < 10; i++) {
      source.execute("SET", "{half}" + i, "v");
    }
    SlotMove move = redis.beginMove(slot, otherMaster(source));
    assertThat(move.moveKeys(4)).isEqualTo(4);

    assertThat(move.source()).isSameAs(source);
    assertThat(source.execute("CLUSTER", "COUNTKEYSINSLOT", "" + slot)).isEqualTo(6L);
    assertThatThrownBy(() -> source.execute("GET", "{half}absent"))
        .hasMessageContaining("ASK " + slot + " 127.0.0.1:" + move.target().port());
    assertThat(redis.execute("SET", "{half}new", "n")).isEqualTo("OK");
    for (int i = 0; i < 10; i++) {
      assertThat(redis.execute("GET", "{half}" + i)).isEqualTo("v");
    }

    move.finish();

    assertThat(redis.masterOf(move.slot())).isSameAs(move.target());
    assertThat(move.target().execute("CLUSTER", "COUNTKEYSINSLOT", "" + slot)).isEqualTo(11L);
  }

  @Test
  void a_killed_master_is_replaced_and_follows_when_it_is_back() {
    EmbeddedRedis first = redis.masterOf(EmbeddedCluster.slotOf("killed"));
    EmbeddedRedis replica = redis.replicasOf(first).get(0);
    first.execute("SET", "killed", "v");
    await().until(() -> Objects.equals(replica.execute("DBSIZE"), first.execute("DBSIZE")));

    first.kill();
    assertThatThrownBy(() -> redis.masterOf(EmbeddedCluster.slotOf("killed")))
        .hasMessageContaining("awaitReady()");
    redis.awaitReady();

    assertThat(redis.masterOf(EmbeddedCluster.slotOf("killed"))).isSameAs(replica);
    assertThat(redis.execute("GET", "killed")).isEqualTo("v");
    first.restart();
    redis.awaitReady();
    assertThat(redis.replicasOf(replica)).containsExactly(first);
  }

  @Test
  void a_failover_on_demand_swaps_master_and_replica_also_when_the_master_hangs() {
    EmbeddedRedis former = redis.masterOf(EmbeddedCluster.slotOf("swapped"));
    redis.execute("SET", "swapped", "v");

    EmbeddedRedis promoted = redis.failOver(former);

    assertThat(redis.masterOf(EmbeddedCluster.slotOf("swapped"))).isSameAs(promoted);
    assertThat(redis.replicasOf(promoted)).containsExactly(former);
    assertThat(redis.execute("GET", "swapped")).isEqualTo("v");

    promoted.pause();
    assertThat(redis.failOver(promoted)).isSameAs(former);
    promoted.resume();
    redis.awaitReady();
    assertThat(redis.replicasOf(former)).containsExactly(promoted);
  }

  @Test
  void neither_the_ports_nor_the_bus_are_open_beyond_the_loopback_address() throws IOException {
    List<InetAddress> others = NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress())
        .toList();
    for (InetAddress address : others) {
      for (int port :
          new int[] {redis.nodes().get(5).port(), redis.nodes().get(5).port() + 10_000}) {
        assertThatThrownBy(() -> new Socket(address, port).close()).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void slots_are_those_of_the_specification() {
    assertThat(HashSlot.of("123456789")).isEqualTo(0x31c3 % 16_384);
    assertThat(HashSlot.of("")).isEqualTo(0);
    for (String key : List.of(
        "foo",
        "{user1000}.following",
        "foo{}{bar}",
        "foo{{bar}}zap",
        "foo{bar}{zap}",
        "}{",
        "ключ{",
        "a{}")) {
      assertThat(redis.execute("CLUSTER", "KEYSLOT", key)).as(key).isEqualTo((long)
          EmbeddedCluster.slotOf(key));
    }
  }

  @Test
  void settings_that_make_no_cluster_are_refused() {
    EmbeddedClusterBuilder builder = EmbeddedCluster.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.masters(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.replicasPerMaster(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.nodeTimeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmbeddedCluster.builder().withoutDefaultUser().start())
        .withMessageContaining("add a user(...)");
    assertThatIllegalArgumentException().isThrownBy(() -> redis.masterOf(16_384));
  }

  @Test
  void a_cluster_can_speak_tls_to_users_and_be_small(@TempDir Path temp) throws IOException {
    Path file = Files.writeString(temp.resolve("users.acl"), "user bob on >builder ~bob:* +get\n");
    try (EmbeddedCluster tls = EmbeddedCluster.builder()
        .masters(2)
        .replicasPerMaster(0)
        .tls()
        .withoutDefaultUser()
        .user("admin", "p", "~*", "&*", "+@all")
        .aclFile(file)
        .start()) {
      assertThat(tls.uri()).startsWith("rediss://admin:p@127.0.0.1:");
      assertThat(tls.tlsFiles().caCertificate()).exists();
      tls.execute("SET", "{tls}", "v");
      int slot = EmbeddedCluster.slotOf("{tls}");
      EmbeddedRedis source = tls.masterOf(slot);
      EmbeddedRedis target = tls.nodes().get(source == tls.nodes().get(0) ? 1 : 0);
      tls.moveSlot(slot, target);
      assertThat(target.execute("GET", "{tls}")).isEqualTo("v");
      RedisEndpoint bob = target.endpoint().login("bob", "builder");
      assertThatThrownBy(() -> bob.execute("GET", "{tls}")).hasMessageContaining("NOPERM");
    }
  }

  private static EmbeddedRedis otherMaster(EmbeddedRedis source) {
    return redis.masters().stream().filter(node -> node != source).findFirst().orElseThrow();
  }
}
