package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.testing.ChildJvm;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random histories on servers that are well. */
@RedisTest
@FinalVerdict
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
  @Tag("C2")
  void nor_by_another_process_and_when_that_is_killed_others_load_what_it_was_loading(
      RedisNamespace namespace) throws Exception {
    Path file = folder.resolve("source");
    List<Integer> rows = IntStream.range(0, HistoryProcess.FIRST).boxed().toList();
    long seed = History.newSeed();
    try (History history = new History(new VersionedSource(file, History.ROWS), rows, seed, false);
        ChildJvm other = ChildJvm.start(
            HistoryProcess.class,
            CachesFixture.addressOf(namespace),
            namespace.keyPrefix(),
            file.toString(),
            Long.toString(seed + History.ROWS))) {
      HistoryMember member = history.add(CachesFixture.on(namespace));
      Cache<Long, String> slow = HistoryProcess.slow(member.instance);
      assertThat(other.readLine()).isEqualTo("READY");
      history.start();
      history.pass();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(other.ask("report"))
              .as("seed %d", seed)
              .matches("[1-9][0-9]{2,} reads \\[\\]"));
      assertThat(other.ask("load")).isEqualTo("LOADING");
      other.kill();

      assertThat(slow.getOrLoad(1L, id -> "loaded here")).isEqualTo("loaded here");
      // Not by a caller who had waited too long for the lease, who would keep it to himself.
      assertThat(slow.get(1L)).contains("loaded here");
      history.stop();
      history.verify();
    }
  }
}
