package dev.forebay.redis;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@RedisTest
@Tag("F5")
class RedisCommandsOnClusterOverTlsTest extends RedisCommandsTest {

  private static EmbeddedCluster cluster;

  RedisCommandsOnClusterOverTlsTest(RedisNamespace namespace) {
    super(namespace);
  }

  @BeforeAll
  static void start() {
    cluster =
        EmbeddedCluster.builder().replicasPerMaster(0).tls().password("s3cret").start();
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @Override
  Redis connect(RedisNamespace to) {
    return Redis.connect(TestSettings.patient(TestSettings.clusterUri(cluster.uri()))
        .tlsCertificates(cluster.tlsFiles().caCertificate())
        .build());
  }
}
