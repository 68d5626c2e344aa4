package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import java.time.Duration;

/** A load took longer than its lease is renewed, so that nothing of it is cached. Not thrown: told. */
final class OutlastedLeaseException extends ForebayException {

  private static final long serialVersionUID = 1L;

  OutlastedLeaseException(String cache, Duration took, Duration leaseTime) {
    super(
        "A load of cache '%s' took %d ms, kept its lease for %d ms, and was not cached. Raise leaseTime above the time that its loaders take."
            .formatted(cache, took.toMillis(), leaseTime.toMillis()),
        null);
  }
}
