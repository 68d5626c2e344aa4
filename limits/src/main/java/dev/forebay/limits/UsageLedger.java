package dev.forebay.limits;

import dev.forebay.limits.LimitUsage.Offender;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what this instance counts to the sums of all instances in Redis, and reads them: a script for
 * each limiter that decided anything, and one for the endpoints. A flush that fails is sent again, the
 * same amounts under the same number, until Redis says that it has been added: by now or already.
 * Safe for concurrent use.
 */
final class UsageLedger {

  /** What is summed of endpoints; no limiter has this name. */
  static final String ENDPOINTS = "#endpoints";

  /** What the script keeps beside the sums; no name is escaped to it. */
  private static final String HOUR = "%hour";

  /** Redis forgets an instance after an hour; so often something is sent though nothing happened. */
  static final int IDLE_FLUSHES = 600;

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  private final UsageScripts scripts;
  private final UsageTallies tallies;
  private final Supplier<String> now;
  private final String instance = UUID.randomUUID().toString();
  private final Map<String, Account> accounts = new HashMap<>(); // guarded by flushing
  private final ReentrantLock flushing = new ReentrantLock();

  /** @param now ms since epoch, or empty for the time of the server */
  UsageLedger(UsageScripts scripts, UsageTallies tallies, Supplier<String> now) {
    this.scripts = scripts;
    this.tallies = tallies;
    this.now = now;
  }

  /** Sends what was counted since the last flush; what Redis does not answer waits for the next. */
  void flush() {
    flushing.lock();
    try {
      // While a flush is under way, the sketch keeps them: it is bounded.
      boolean settled = accounts.values().stream().allMatch(account -> account.underWay == null);
      Map<String, Map<String, Long>> offenders = settled ? tallies.offenders().drain() : Map.of();
      tallies
          .limiters()
          .forEach((name, tally) -> account(name)
              .begin(
                  tally.counts(),
                  tally.subjects().registers(),
                  offenders.getOrDefault(name, Map.of())));
      account(ENDPOINTS).begin(tallies.endpoints().counts(), new byte[0], Map.of());
      Map<Account, Reply<ScriptReply>> sent = new LinkedHashMap<>();
      accounts.forEach((name, account) -> {
        if (account.underWay != null) {
          sent.put(account, send(name, account.number, account.underWay));
        }
      });
      sent.forEach(UsageLedger::settle);
    } catch (ForebayException e) {
      log.debug("Usage is flushed later: {}", e.getMessage());
    } finally {
      flushing.unlock();
    }
  }

  private Account account(String name) {
    return accounts.computeIfAbsent(name, any -> new Account());
  }

  private Reply<ScriptReply> send(String name, long number, Amounts amounts) {
    return scripts.addUsage(
        name, instance, number, now.get(), amounts.risen, amounts.counts, amounts.offenders);
  }

  private static void settle(Account account, Reply<ScriptReply> reply) {
    try {
      boolean forgotten = reply.await().text().equals("FORGOTTEN");
      account.end(forgotten);
      if (forgotten) {
        log.info(
            "Redis has lost the usage of all instances, or this one was away for over an hour; its last flush is left out, as it may have been counted");
      }
    } catch (ForebayException e) {
      log.debug("Usage is flushed later: {}", e.getMessage());
    }
  }

  /**
   * Reads the sums of the limiters of this instance, and of all endpoints. One round trip.
   *
   * @throws ForebayException if Redis fails
   */
  LimitUsage read(long lostStrikes) {
    Map<String, Reply<ScriptReply>> sent = new LinkedHashMap<>();
    for (String limiter : tallies.limiters().keySet()) {
      sent.put(limiter, scripts.readUsage(limiter, LimitUsage.OFFENDERS));
    }
    Reply<ScriptReply> endpoints = scripts.readUsage(ENDPOINTS, 0);
    Map<String, LimitUsage.OfLimiter> limiters = new TreeMap<>();
    List<Offender> offenders = new ArrayList<>();
    sent.forEach((limiter, reply) -> {
      ScriptReply answer = reply.await();
      byte[] registers = answer.bytes(0).orElseThrow();
      limiters.put(limiter, LimiterTally.usage(sums(answer), HyperLogLog.estimate(registers)));
      for (int i = 2; i < firstSum(answer); i += 2) {
        String subject = WireText.decode(answer.text(i));
        offenders.add(new Offender(limiter, subject, answer.number(i + 1)));
      }
    });
    offenders.sort(Comparator.comparingLong(Offender::denied).reversed());
    return new LimitUsage(
        limiters,
        sums(endpoints.await()),
        offenders.stream().limit(LimitUsage.OFFENDERS).toList(),
        lostStrikes);
  }

  private static int firstSum(ScriptReply reply) {
    return 2 + 2 * (int) reply.number(1);
  }

  private static Map<String, Long> sums(ScriptReply reply) {
    Map<String, Long> sums = new TreeMap<>();
    for (int i = firstSum(reply); i + 1 < reply.size(); i += 2) {
      if (!reply.text(i).equals(HOUR)) {
        sums.put(WireText.decode(reply.text(i)), reply.number(i + 1));
      }
    }
    return sums;
  }

  /** What is added to one account by a flush. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Amounts(Map<String, Long> counts, byte[] risen, Map<String, Long> offenders) {

    boolean areNone() {
      return counts.isEmpty() && risen.length == 0 && offenders.isEmpty();
    }
  }

  /** What was flushed of one limiter, or of the endpoints, and what is being flushed. */
  private static final class Account {

    private final Map<String, Long> flushed = new HashMap<>();
    private byte[] flushedRegisters = new byte[0];
    private byte[] registers = new byte[0];
    private @Nullable Amounts underWay;
    private long number;
    private int idle = IDLE_FLUSHES; // the first is sent in any case

    /** Decides what to send: what is under way still, or what came since, or nothing. */
    void begin(Map<String, Long> counts, byte[] registersNow, Map<String, Long> offenders) {
      if (underWay != null) {
        return;
      }
      Map<String, Long> amounts = new TreeMap<>();
      counts.forEach((name, count) -> {
        long amount = count - flushed.getOrDefault(name, 0L);
        if (amount != 0) {
          amounts.put(name, amount);
        }
      });
      Amounts fresh = new Amounts(amounts, risen(registersNow), offenders);
      if (fresh.areNone() && ++idle < IDLE_FLUSHES) {
        return;
      }
      idle = 0;
      number++;
      registers = registersNow;
      underWay = fresh;
    }

    private byte[] risen(byte[] registersNow) {
      ByteArrayOutputStream risen = new ByteArrayOutputStream();
      for (int i = 0; i < registersNow.length; i++) {
        if (flushedRegisters.length == 0
            ? registersNow[i] > 0
            : registersNow[i] > flushedRegisters[i]) {
          risen.write(i >> 8);
          risen.write(i);
          risen.write(registersNow[i]);
        }
      }
      return risen.toByteArray();
    }

    /** @param forgotten whether Redis has lost all that was flushed: it needs all subjects again */
    void end(boolean forgotten) {
      if (underWay != null) {
        underWay.counts.forEach((name, amount) -> flushed.merge(name, amount, Long::sum));
        flushedRegisters = forgotten ? new byte[0] : registers;
        underWay = null;
      }
    }
  }
}
