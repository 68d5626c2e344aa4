package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.testing.ChildJvm;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random histories on servers that are well. */
@RedisTest
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HistoryTest {

  @TempDir
  Path folder;

  @Test
  @Tag("F14")
  void no_read_is_served_what_was_invalidated_before_it_began(RedisNamespace namespace)
      throws Exception {
    try (History history = History.in(folder, false)) {
      history.add(CachesFixture.on(namespace));
      history.add(CachesFixture.on(namespace));
      history.add(CachesFixture.on(namespace));
      history.start();
      history.pass();
      history.stop();

      history.verify();
    }
  }

  @Test
  @Tag("F14")
  void nor_by_another_process_also_when_that_is_killed(RedisNamespace namespace) throws Exception {
    Path file = folder.resolve("source");
    VersionedSource source = new VersionedSource(file, History.ROWS);
    long seed = History.newSeed();
    try (History history = new History(source, HistoryProcess.rowsOfParent(), seed, false);
        ChildJvm other = ChildJvm.start(
            HistoryProcess.class,
            CachesFixture.addressOf(namespace),
            namespace.keyPrefix(),
            file.toString(),
            Long.toString(seed + History.ROWS),
            "false")) {
      history.add(CachesFixture.on(namespace));
      assertThat(other.readLine()).isEqualTo("READY");
      history.start();
      history.pass();
      assertThat(other.ask("verify")).as("seed %d", seed).isEqualTo(HistoryProcess.RIGHT);
      other.kill();
      History.pass(Duration.ofMillis(500));
      history.stop();

      history.verify();
    }
  }

  @Test
  void a_cache_that_forgets_one_invalidation_in_twenty_is_found_out(RedisNamespace namespace)
      throws Exception {
    try (History history = History.in(folder, false)) {
      history.addForgetful(CachesFixture.on(namespace));
      history.add(CachesFixture.on(namespace));
      history.start();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(history::violations, violations -> !violations.isEmpty());
      history.stop();
    }
  }
}
