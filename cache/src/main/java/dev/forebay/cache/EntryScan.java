package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Walks over the entries of one cache in Redis, page by page, so that the server is never blocked.
 */
final class EntryScan {

  /** Keys that Redis looks at for one page. */
  private static final int PAGE = 1_000;

  private final CacheKeys<?> keys;
  private final RedisCommands redis;

  EntryScan(CacheKeys<?> keys, RedisCommands redis) {
    this.keys = keys;
    this.redis = redis;
  }

  /**
   * Hands over the names that match, those of other caches and of counters left out, until {@code
   * wantsMore} says no. A name may come twice.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  void forEachPage(String pattern, Predicate<List<String>> wantsMore) {
    redis.scan(
        pattern, PAGE, page -> wantsMore.test(page.stream().filter(keys::isName).toList()));
  }

  /**
   * Deletes the entries that match.
   *
   * @param progress told after each page how many were deleted so far
   * @throws dev.forebay.redis.ForebayException if Redis fails; some may be deleted by then
   */
  void deleteMatching(String pattern, LongConsumer progress) {
    long[] deleted = {0};
    forEachPage(pattern, names -> {
      if (!names.isEmpty()) {
        deleted[0] += redis.unlink(names).await();
        progress.accept(deleted[0]);
      }
      return true;
    });
  }
}
