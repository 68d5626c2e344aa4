package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
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
  private final CacheScripts scripts;
  private final String channels;

  /** @param channels what the channels of instances begin with */
  EntryScan(CacheKeys<?> keys, RedisCommands redis, CacheScripts scripts, String channels) {
    this.keys = keys;
    this.redis = redis;
    this.scripts = scripts;
    this.channels = channels;
  }

  /**
   * Hands over the names that match, those of other caches and of counters left out, until {@code
   * wantsMore} says no. A name may come twice.
   *
   * @return whether all were found, as {@link RedisCommands#scan} tells
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  boolean forEachPage(String pattern, Predicate<List<String>> wantsMore) {
    return redis.scan(
        pattern, PAGE, page -> wantsMore.test(page.stream().filter(keys::isName).toList()));
  }

  /**
   * Deletes the entries that match, and ends the leases of those that match and are being loaded.
   *
   * @param progress told after each page how many were deleted so far
   * @return false if some may have been missed, as slots of a cluster moved meanwhile
   * @throws dev.forebay.redis.ForebayException if Redis fails; some may be deleted by then
   */
  boolean deleteMatching(String pattern, LongConsumer progress) {
    boolean allLeases = redis.scan(keys.leaseOf(pattern), PAGE, leases -> {
      invalidate(
          Deletion.ofAll(leases.stream().map(keys::entryOf).filter(keys::isName).toList()));
      return true;
    });
    long[] deleted = {0};
    boolean allEntries = forEachPage(pattern, names -> {
      if (!names.isEmpty()) {
        deleted[0] += invalidate(Deletion.ofAll(names));
        progress.accept(deleted[0]);
      }
      return true;
    });
    return allLeases && allEntries;
  }

  /**
   * Deletes entries, and ends their leases and the blocks that are named, all sent before the first
   * reply is awaited.
   *
   * @return how many existed
   * @throws dev.forebay.redis.ForebayException if Redis fails; some may be deleted by then
   */
  long invalidate(List<Deletion> deletions) {
    List<Reply<ScriptReply>> replies = deletions.stream()
        .map(deletion -> scripts.invalidate(
            deletion.name(), keys.leaseOf(deletion.name()), deletion.block(), channels))
        .toList();
    return replies.stream().mapToLong(reply -> reply.await().number(0)).sum();
  }
}
