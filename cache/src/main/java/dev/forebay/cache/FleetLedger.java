package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what this instance counts to the sums of all instances in Redis, and reads them. A flush that
 * fails is sent again, the same amounts under the same number, until Redis says that it has been
 * added: by now or already. Safe for concurrent use.
 */
final class FleetLedger {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);

  private final FleetScripts scripts;
  private final String prefix;
  private final Supplier<Map<String, CacheStatistics>> counted;
  private final long aliveMillis;
  private final Supplier<String> now;
  private final String instance = UUID.randomUUID().toString();
  private final Map<String, Account> accounts = new HashMap<>(); // guarded by flushing
  private final ReentrantLock flushing = new ReentrantLock();

  /**
   * @param counted the statistics of this instance by cache
   * @param interval between flushes: an instance that misses three counts as gone
   * @param now ms since epoch, or empty for the time of the server
   */
  FleetLedger(
      RedisCommands redis,
      String prefix,
      Supplier<Map<String, CacheStatistics>> counted,
      Duration interval,
      Supplier<String> now) {
    this.scripts = new FleetScripts(redis);
    this.prefix = prefix;
    this.counted = counted;
    this.aliveMillis = 3 * interval.toMillis();
    this.now = now;
  }

  /** Sends what was counted since the last flush; what Redis does not answer waits for the next. */
  void flush() {
    flushing.lock();
    try {
      Map<Account, Reply<ScriptReply>> sent = new LinkedHashMap<>();
      counted.get().forEach((cache, statistics) -> {
        Account account = accounts.computeIfAbsent(cache, name -> new Account());
        sent.put(account, send(cache, account, account.begin(statistics)));
      });
      sent.forEach(FleetLedger::settle);
    } finally {
      flushing.unlock();
    }
  }

  private Reply<ScriptReply> send(String cache, Account account, CacheStatistics amount) {
    return scripts.addStatistics(
        SharedKeys.ofFleet(prefix, cache),
        instance,
        account.number,
        now.get(),
        aliveMillis,
        amount.reads(),
        amount.toFields());
  }

  private static void settle(Account account, Reply<ScriptReply> reply) {
    try {
      if (reply.await().text().equals("FORGOTTEN")) {
        log.info(
            "Redis has lost the statistics of all instances, or this one was away for over an hour; its last flush is left out, as it may have been counted");
      }
      account.end();
    } catch (ForebayException e) {
      log.debug("Statistics are flushed later: {}", e.getMessage());
    }
  }

  /**
   * Reads the sums of the caches of this instance. One round trip.
   *
   * @throws ForebayException if Redis fails
   */
  FleetStatistics read() {
    Map<String, Reply<ScriptReply>> sent = new LinkedHashMap<>();
    for (String cache : counted.get().keySet()) {
      sent.put(cache, scripts.readStatistics(SharedKeys.ofFleet(prefix, cache), now.get()));
    }
    Map<String, FleetStatistics.OfCache> caches = new HashMap<>();
    sent.forEach((cache, reply) -> caches.put(cache, ofCache(reply.await())));
    return new FleetStatistics(caches);
  }

  private static FleetStatistics.OfCache ofCache(ScriptReply reply) {
    Map<String, Long> sums = new HashMap<>();
    for (int i = 2; i + 1 < reply.size(); i += 2) {
      if (!reply.text(i).startsWith("@minute")) {
        sums.put(reply.text(i), reply.number(i + 1));
      }
    }
    return new FleetStatistics.OfCache(
        CacheStatistics.ofFields(sums),
        (int) reply.number(0),
        sums.getOrDefault("@instances", 0L),
        Instant.ofEpochMilli(sums.getOrDefault("@since", 0L)),
        reply.number(1));
  }

  /** What was flushed of one cache, and what is being flushed. */
  private static final class Account {

    private CacheStatistics flushed = CacheStatistics.zero();
    private @Nullable CacheStatistics underWay;
    private long number;

    /** Returns what to send: what is under way still, or what came since. */
    CacheStatistics begin(CacheStatistics statistics) {
      if (underWay == null) {
        underWay = statistics.minus(flushed);
        number++;
      }
      return underWay;
    }

    void end() {
      if (underWay != null) {
        flushed = flushed.plus(underWay);
        underWay = null;
      }
    }
  }
}
