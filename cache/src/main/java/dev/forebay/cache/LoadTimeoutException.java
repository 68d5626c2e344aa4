package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import java.time.Duration;

/** A loader took longer than its cache allows. What it may still return is discarded. */
public final class LoadTimeoutException extends ForebayException {

  private static final long serialVersionUID = 1L;

  LoadTimeoutException(String cache, String entry, Duration timeout) {
    super(
        "The loader of cache '%s' did not return '%s' within %d ms. Make the source faster, or allow more by loadTimeout."
            .formatted(cache, entry, timeout.toMillis()),
        null);
  }
}
