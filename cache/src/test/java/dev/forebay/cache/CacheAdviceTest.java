package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cache.CacheAdvice.Topic;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CacheAdviceTest {

  private static final HotKeys HOT =
      new HotKeys(1_000, List.of(new HotKeys.HotKey("event:1", 300, 50)));

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @Tag("C14")
  void advice_follows_from_the_figures(String what, Consumer<Case> figures, List<Topic> expected) {
    Case given = new Case();
    figures.accept(given);

    assertThat(CacheAdvice.on(given.evidence()).stream().map(CacheAdvice::topic))
        .as(what)
        .containsExactlyElementsOf(expected);
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        when("nothing was read", Case::nothing),
        when("all is well", Case::well),
        when(
            "there were too few reads to tell",
            c -> c.reads(0, 900).loads(900, 1).read(900)),
        when("one read in 100 failed", c -> c.well().failures(100)),
        when("more failed", c -> c.well().failures(101), Topic.FAILURES),
        when("some values were damaged", c -> c.well().corruptions(19)),
        when("many were", c -> c.well().corruptions(200), Topic.CORRUPTIONS),
        when("a fifth of the misses expired lately", c -> c.well().expired(200)),
        when("more did", c -> c.well().expired(201), Topic.TTL_TOO_SHORT),
        when(
            "few hits, and a load is cheap",
            c -> c.reads(199, 801).loads(801, 150).read(100),
            Topic.NOT_WORTH_IT),
        when("a fifth are hits", c -> c.reads(200, 800).loads(800, 150).read(100)),
        when("a load costs twice a read", c -> c.reads(100, 900).loads(900, 200).read(100)),
        when(
            "not worth it is not cured by a longer life",
            c -> c.reads(100, 900).loads(900, 150).read(100).expired(800),
            Topic.NOT_WORTH_IT),
        when("a key is hot", c -> c.well().hot(HOT), Topic.KEY_TOO_HOT),
        when(
            "a key may be hot, within the error",
            c -> c.well().hot(new HotKeys(1_000, List.of(new HotKeys.HotKey("event:1", 240, 50))))),
        when(
            "a key is hot where little is read",
            c -> c.well().hot(new HotKeys(99, List.of(new HotKeys.HotKey("event:1", 99, 1))))),
        when("values are of 64 KiB", c -> c.well().values(200, 65_536)),
        when("values are bigger", c -> c.well().values(200, 65_537), Topic.VALUES_TOO_BIG),
        when("few values tell nothing", c -> c.well().values(99, 1_000_000)),
        when(
            "values are not compressed",
            c -> c.well().values(200, 1_024).uncompressed(),
            Topic.COMPRESSION_OFF),
        when("values are small", c -> c.well().values(200, 1_023).uncompressed()),
        when(
            "big values are not compressed",
            c -> c.well().values(200, 100_000).uncompressed(),
            Topic.VALUES_TOO_BIG),
        when("the loader takes half a second", c -> c.loads(100, 524_287)),
        when("the loader takes longer", c -> c.loads(100, 524_288), Topic.LOADER_SLOW),
        when("one load in 200 is slow", c -> c.loads(199, 1_000).loads(1, 9_000_000)),
        when("half of the hits are of nothing", c -> c.well().negatives(4_500)),
        when("more are", c -> c.well().negatives(4_501), Topic.NEGATIVES_FREQUENT),
        when(
            "everything is wrong, the gravest first",
            c -> c.well()
                .failures(5_000)
                .corruptions(5_000)
                .expired(900)
                .negatives(9_000)
                .values(500, 100_000)
                .loads(100_000, 900_000)
                .hot(HOT),
            Topic.FAILURES,
            Topic.CORRUPTIONS,
            Topic.TTL_TOO_SHORT,
            Topic.KEY_TOO_HOT,
            Topic.VALUES_TOO_BIG,
            Topic.LOADER_SLOW,
            Topic.NEGATIVES_FREQUENT));
  }

  @Test
  @Tag("C14")
  void advice_says_what_was_seen_and_what_to_do() {
    CacheAdvice tooShort =
        CacheAdvice.on(new Case().well().expired(500).evidence()).get(0);
    CacheAdvice hot = CacheAdvice.on(new Case().well().hot(HOT).evidence()).get(0);
    CacheAdvice big =
        CacheAdvice.on(new Case().well().values(500, 100_000).evidence()).get(0);

    assertThat(tooShort.cache()).isEqualTo("events");
    assertThat(tooShort.severity()).isEqualTo(CacheAdvice.Severity.IMPROVEMENT);
    assertThat(tooShort.seen())
        .isEqualTo(
            "500 of 1,000 misses were of entries that had expired within one more time to live");
    assertThat(tooShort.cure()).startsWith("Double the time to live");
    assertThat(hot.seen())
        .isEqualTo("'event:1' has 30 % of the reads: 300 of 1,000 a second in this instance");
    assertThat(big.seen())
        .isEqualTo("values of 98 KiB on average, 128 KiB at most; 2,000 entries take 191 MiB");
  }

  private static Arguments when(String what, Consumer<Case> figures, Topic... expected) {
    return Arguments.of(what, figures, List.of(expected));
  }

  /** Figures of a cache. */
  static final class Case {
    private final CacheMeters meters = new CacheMeters();
    private HotKeys hotKeys = HotKeys.none();
    private boolean compressed = true;

    Case nothing() {
      return this;
    }

    /** 90 % hits of 10,000 reads; a load takes 5 ms, a read 100 µs. */
    Case well() {
      return reads(9_000, 1_000).loads(1_000, 5_000).read(100);
    }

    Case reads(long hits, long misses) {
      return add(CacheCount.HITS, hits).add(CacheCount.MISSES, misses);
    }

    Case loads(int loads, long micros) {
      add(CacheCount.LOADS, loads);
      add(CacheCount.LOAD_NANOS, loads * Duration.ofMillis(micros).toNanos() / 1_000);
      for (int i = 0; i < loads; i++) {
        meters.of(CacheMeasure.LOAD_MICROS).add(micros);
      }
      return this;
    }

    Case read(long micros) {
      meters.of(CacheMeasure.READ_MICROS).add(micros);
      return this;
    }

    Case values(int count, long bytes) {
      for (int i = 0; i < count; i++) {
        meters.of(CacheMeasure.BYTES_READ).add(bytes);
      }
      return this;
    }

    Case failures(long count) {
      return add(CacheCount.FAILURES, count);
    }

    Case corruptions(long count) {
      return add(CacheCount.CORRUPTIONS, count);
    }

    Case expired(long count) {
      return add(CacheCount.EXPIRED_LATELY, count);
    }

    Case negatives(long count) {
      return add(CacheCount.NEGATIVES, count);
    }

    Case hot(HotKeys keys) {
      hotKeys = keys;
      return this;
    }

    Case uncompressed() {
      compressed = false;
      return this;
    }

    private Case add(CacheCount count, long amount) {
      meters.of(count).add(amount);
      return this;
    }

    CacheEvidence evidence() {
      CacheInventory inventory = new CacheInventory(2_000, 200_000_000, 2_000, true);
      return new CacheEvidence("events", meters.snapshot(), inventory, hotKeys, compressed);
    }
  }
}
