package dev.forebay.redis;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Settings of tests. */
final class TestSettings {

  static {
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1)); // machines may be busy
  }

  private TestSettings() {}

  /** Returns the address of the whole cluster to which a node belongs. */
  static String clusterUri(String nodeUri) {
    return nodeUri.replaceFirst("^(rediss?)://", "$1-cluster://");
  }

  /** Returns settings whose time-outs a busy machine does not reach. */
  static RedisSettingsBuilder patient(String uri) {
    return RedisSettings.builder()
        .uri(uri)
        .connectTimeout(Duration.ofSeconds(30))
        .commandTimeout(Duration.ofSeconds(30));
  }
}
