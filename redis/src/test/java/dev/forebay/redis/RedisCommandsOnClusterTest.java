package dev.forebay.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.Topology;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RedisTest(Topology.CLUSTER)
@Tag("F14")
class RedisCommandsOnClusterTest extends RedisCommandsTest {

  RedisCommandsOnClusterTest(RedisNamespace namespace) {
    super(namespace);
  }

  @Override
  Redis connect(RedisNamespace to) {
    return Redis.connect(TestSettings.patient(TestSettings.clusterUri(to.uri())).build());
  }

  @Test
  void a_script_that_a_node_forgot_is_sent_again_to_that_node(@OwnServer EmbeddedCluster cluster) {
    LuaScript script = LuaScript.beside(RedisCommandsTest.class, "strlen_of_all");
    String uri = TestSettings.clusterUri(cluster.uri());
    try (Redis own = Redis.connect(TestSettings.patient(uri).build())) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 30; i++) {
          String sum = own.commands()
              .eval(script, List.of("key:" + i), List.of("7".getBytes(UTF_8)))
              .await()
              .text();
          assertThat(sum).isEqualTo("7");
        }
        cluster.masters().get(round).execute("SCRIPT", "FLUSH");
      }
    }
  }
}
