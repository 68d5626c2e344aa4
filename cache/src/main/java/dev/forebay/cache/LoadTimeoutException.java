package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller waited for a value as long as its cache allows: for its loader, for a load by another
 * caller or instance, or for a thread to run its loader on. What a loader may still return is
 * discarded. Or the caller was interrupted while it waited: the cause is the {@link
 * InterruptedException} then, the thread stays interrupted, and a load that has begun goes on.
 */
public final class LoadTimeoutException extends ForebayException {

  private static final long serialVersionUID = 1L;

  private LoadTimeoutException(String message, @Nullable InterruptedException cause) {
    super(message, cause);
  }

  static LoadTimeoutException afterWaiting(String cache, List<EntryId> ids, Duration timeout) {
    return new LoadTimeoutException(
        "The loader of cache '%s' did not return %s within %d ms. Make the source faster, or allow more by loadTimeout."
            .formatted(cache, named(ids), timeout.toMillis()),
        null);
  }

  static LoadTimeoutException withoutThread(String cache, List<EntryId> ids, Duration timeout) {
    return new LoadTimeoutException(
        "The loader of cache '%s' could not begin to load %s within %d ms: all %d threads for it are taken by loads that have not returned. Let the loader give up when it is interrupted, by a time-out of its own best."
            .formatted(cache, named(ids), timeout.toMillis(), LoadThreads.TIMED_LOADS),
        null);
  }

  static LoadTimeoutException interrupted(
      String cache, List<EntryId> ids, InterruptedException cause) {
    return new LoadTimeoutException(
        "A caller of cache '%s' was interrupted while it waited for %s to be loaded, and waits no longer."
            .formatted(cache, named(ids)),
        cause);
  }

  private static String named(List<EntryId> ids) {
    String first = "'" + ids.get(0).name() + "'";
    return ids.size() == 1 ? first : "%s and %d more".formatted(first, ids.size() - 1);
  }
}
