package dev.forebay.cache;

import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The leases that this instance holds: the rights to load entries, of which Redis gives one for each
 * entry. A lease runs out unless it is renewed, so that an instance that dies holds up the others no
 * longer than {@link #TERM}, and it is renewed for a bounded time, as a loader may hang. Every invalidation ends the lease of its entry, and without its lease
 * nothing is stored: so what was loaded before an invalidation is never stored after it. Safe for
 * concurrent use.
 */
final class Leases {

  /*
   * After the leases of R. Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013. There a token
   * is given for each miss; here for each load, and only its holder can end or extend it, so that a
   * lease that was lost and given again cannot be mistaken for the first.
   */

  /** For how long a lease is good, unless it is renewed. */
  static final Duration TERM = Duration.ofSeconds(3);

  /** For how long an entry is blocked, unless that ends before. */
  static final Duration LONGEST_BLOCK = Duration.ofSeconds(30);

  /** The beginning of tokens that block: {@code take_lease} knows it. */
  private static final String BLOCKING = "!";

  private final CacheScripts scripts;
  private final Wakeups wakeups;
  private final Duration longestHold;
  private final String instance = UUID.randomUUID().toString();
  private final AtomicLong sequence = new AtomicLong();
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  private record Held(EntryId id, long since) {}

  /** @param longestHold for how long a lease is renewed at most: a loader may hang */
  Leases(CacheScripts scripts, Wakeups wakeups, Duration longestHold) {
    this.longestHold = longestHold;
    this.scripts = scripts;
    this.wakeups = wakeups;
  }

  /** Returns for how long a lease is renewed at most. */
  Duration longestHold() {
    return longestHold;
  }

  private Duration term() {
    return longestHold.compareTo(TERM) < 0 ? longestHold : TERM;
  }

  /** A request for a lease that is under way. */
  record Request(EntryId id, String token, Reply<ScriptReply> reply) {}

  /** Asks for a lease. Returns at once; see {@link CacheScripts#takeLease}. */
  Request request(EntryId id, boolean any) {
    String token = instance + ":" + sequence.incrementAndGet();
    held.put(token, new Held(id, System.nanoTime()));
    return new Request(
        id, token, scripts.takeLease(id, token, term().toMillis(), wakeups.instance(), any));
  }

  /** Begins to block an entry. Returns at once; see {@link CacheScripts#block}. */
  Request block(EntryId id) {
    String token = BLOCKING + instance + ":" + sequence.incrementAndGet();
    return new Request(
        id, token, scripts.block(id, token, LONGEST_BLOCK.toMillis(), wakeups.channels()));
  }

  /** Forgets a lease that was not given, or has ended. */
  void forget(String token) {
    held.remove(token);
  }

  /** Stores an entry and ends its lease. Returns at once; see {@link CacheScripts#fill}. */
  Reply<ScriptReply> fill(Lease lease, byte[] bytes, long ttlMillis) {
    held.remove(lease.token());
    return scripts.fill(lease.id(), lease.token(), bytes, ttlMillis, wakeups.channels());
  }

  /** Ends a lease without an entry. Does not wait for it to happen: it would run out anyway. */
  void release(Lease lease) {
    var unused = end(lease);
  }

  /** As {@link #release}; the reply tells whether it was lost before. */
  Reply<ScriptReply> end(Lease lease) {
    held.remove(lease.token());
    return scripts.releaseLease(lease.id(), lease.token(), wakeups.channels());
  }

  /** Lets the leases of loads that take long run on. To be called each second; does not block. */
  void renewAll() {
    long now = System.nanoTime();
    held.forEach((token, lease) -> {
      long age = now - lease.since();
      if (age > longestHold.toNanos()) {
        held.remove(token);
      } else if (age > TERM.toNanos() / 3) {
        var unused = scripts.renewLease(lease.id().lease(), token, term().toMillis());
      }
    });
  }
}
