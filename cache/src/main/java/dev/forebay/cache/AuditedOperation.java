package dev.forebay.cache;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who did what to which cache, and when.
 *
 * @param at when it ended
 * @param actor who did it
 * @param keys digests of the names of up to ten of the entries or tags it named: the first 16 hexadecimal
 *     digits of the SHA-256 of the name without the application's prefix, {@code printf 'user:42' |
 *     sha256sum}; the keys cannot be read from them, but whoever knows a key can find it; what has no
 *     name, as its key is refused, has no digest
 * @param pattern the pattern by which it deleted, as it was given; of a switch its new mode
 * @param count how many entries or tags it named; for a deletion by pattern, how many it deleted
 * @param outcome how it ended
 */
public record AuditedOperation(
    Instant at,
    String actor,
    Action action,
    String cache,
    List<String> keys,
    Optional<String> pattern,
    long count,
    Outcome outcome) {

  /** What was done. */
  public enum Action {
    PUT,
    DELETE,
    EXPIRE,
    DELETE_MATCHING,
    DELETE_TAGGED,
    CLEAR,
    SWITCH
  }

  /** How it ended. */
  public enum Outcome {
    /** It was done, or will be once Redis is there. */
    DONE,
    /** It was not permitted, and nothing was done. */
    DENIED,
    /** It threw; it may be done in part. */
    FAILED
  }

  /** Keeps a copy of the keys. */
  public AuditedOperation {
    keys = List.copyOf(keys);
  }
}
