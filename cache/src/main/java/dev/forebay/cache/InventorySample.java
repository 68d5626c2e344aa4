package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * Estimates what caches hold in Redis, all of them from one bounded scan. Redis keeps keys in the
 * order of their hashes, so those that a scan meets first are a fair sample.
 */
final class InventorySample {

  /** How many keys of the database are looked at, at most: 100 pages. */
  static final int KEYS = 100_000;

  /** How many entries of each cache are weighed, at most. */
  static final int WEIGHED = 100;

  private static final int PAGE = 1_000;
  private static final String EVERY_KEY = "*";

  private final RedisCommands redis;
  private final Map<String, Predicate<String>> caches;
  private final int keys;

  /**
   * @param caches by name, each telling whether a key is an entry of its own
   * @param keys how many keys to look at, at most; a page more may be
   */
  InventorySample(RedisCommands redis, Map<String, Predicate<String>> caches, int keys) {
    this.redis = redis;
    this.caches = caches;
    this.keys = keys;
  }

  /**
   * Takes the sample. One round trip for each 1,000 keys looked at, and one for the memory of up to
   * 100 entries of every cache. No command holds the server up for longer than a page.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails, or may not be asked for {@code MEMORY
   *     USAGE}
   */
  Map<String, CacheInventory> take() {
    Map<String, Tally> tallies = new TreeMap<>();
    caches.forEach((cache, isEntry) -> tallies.put(cache, new Tally(isEntry)));
    long[] looked = {0};
    boolean[] stopped = {false};
    redis.scan(EVERY_KEY, PAGE, page -> {
      looked[0] += page.size();
      page.forEach(key -> tallies.values().forEach(tally -> tally.see(key)));
      stopped[0] = looked[0] >= keys;
      return !stopped[0];
    });
    double scale = stopped[0] ? Math.max(1, (double) redis.dbsize().await() / looked[0]) : 1;
    tallies.values().forEach(tally -> tally.weigh(redis));
    Map<String, CacheInventory> inventories = new TreeMap<>();
    tallies.forEach((cache, tally) -> inventories.put(cache, tally.inventory(scale, scale == 1)));
    return inventories;
  }

  private static final class Tally {
    private final Predicate<String> isEntry;
    private final List<String> chosen = new ArrayList<>();
    private List<Reply<OptionalLong>> weights = List.of();
    private long seen;

    Tally(Predicate<String> isEntry) {
      this.isEntry = isEntry;
    }

    /** Keeps every entry seen with the same likelihood. */
    void see(String key) {
      if (!isEntry.test(key)) {
        return;
      }
      seen++;
      if (chosen.size() < WEIGHED) {
        chosen.add(key);
      } else {
        long place = ThreadLocalRandom.current().nextLong(seen);
        if (place < WEIGHED) {
          chosen.set((int) place, key);
        }
      }
    }

    void weigh(RedisCommands redis) {
      weights = chosen.stream().map(redis::memoryUsage).toList();
    }

    CacheInventory inventory(double scale, boolean exact) {
      double average = weights.stream()
          .map(Reply::await)
          .flatMapToLong(OptionalLong::stream)
          .average()
          .orElse(0);
      double entries = seen * scale;
      return new CacheInventory(Math.round(entries), Math.round(entries * average), seen, exact);
    }
  }
}
