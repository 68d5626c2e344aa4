package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.cache.AuditedOperation.Action;
import dev.forebay.cache.AuditedOperation.Outcome;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for permission, and keeps the record, for all caches of an application. */
final class CacheAdministration {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  static final int MOST_KEYS = 10;
  private static final int HASH_BYTES = 8;

  private final CacheAudit audit;
  private final Supplier<String> actor;
  private final CacheAccess access;
  private final Clock clock;

  CacheAdministration(CacheAudit audit, Supplier<String> actor, CacheAccess access, Clock clock) {
    this.audit = audit;
    this.actor = actor;
    this.access = access;
    this.clock = clock;
  }

  /**
   * Requires a right of whoever asks now.
   *
   * @throws CacheAccessDeniedException if it is missing, which is recorded
   */
  void require(CacheRight right, String cache, Optional<String> pattern) {
    String who = actor.get();
    if (!access.permits(who, right, cache)) {
      record(who, actionOf(right), cache, List.of(), pattern, 0, Outcome.DENIED);
      throw new CacheAccessDeniedException(who, right, cache);
    }
  }

  /** Records an administrative operation. */
  void record(
      CacheRight right, String cache, Optional<String> pattern, long count, Outcome outcome) {
    record(knownActor(), actionOf(right), cache, List.of(), pattern, count, outcome);
  }

  /**
   * Records a write or deletion.
   *
   * @param names without the application's prefix; {@link #MOST_KEYS} of them go on record
   * @param count of what it was asked for
   */
  void record(Action action, String cache, Collection<String> names, long count, Outcome outcome) {
    List<String> hashes =
        names.stream().limit(MOST_KEYS).map(CacheAdministration::hash).toList();
    record(knownActor(), action, cache, hashes, Optional.empty(), count, outcome);
  }

  /** What is done already stands, whoever did it. */
  private String knownActor() {
    try {
      return actor.get();
    } catch (RuntimeException e) {
      log.error("Who uses a cache cannot be told; it goes on record as unknown", e);
      return "unknown";
    }
  }

  private void record(
      String who,
      Action action,
      String cache,
      List<String> keys,
      Optional<String> pattern,
      long count,
      Outcome outcome) {
    try {
      audit.record(
          new AuditedOperation(clock.instant(), who, action, cache, keys, pattern, count, outcome));
    } catch (RuntimeException e) {
      log.error(
          "The audit of cache '{}' failed; {} by '{}' is not on record", cache, action, who, e);
    }
  }

  private static Action actionOf(CacheRight right) {
    return switch (right) {
      case CLEAR -> Action.CLEAR;
      case DELETE_MATCHING -> Action.DELETE_MATCHING;
      case SWITCH -> Action.SWITCH;
    };
  }

  static String hash(String name) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
