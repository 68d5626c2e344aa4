package dev.forebay.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Counts and logs what becomes of one connection. Transitions are told by one thread, commands by
 * any.
 */
final class ConnectionRecorder {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  private final String address;
  private final boolean required;
  private final ConnectFailures connectFailures;
  private final AtomicLong attempts = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong suspensions = new AtomicLong();
  private final LongAdder timeouts = new LongAdder();
  private final LongAdder rejections = new LongAdder();
  private final LongAdder errors = new LongAdder();

  private int failuresInARow;
  private volatile Outages outages = new Outages(0, true, System.nanoTime());

  /**
   * @param pastNanos how long those that have ended took together
   * @param since when the present one began, if there is one, as {@link System#nanoTime}
   */
  private record Outages(long pastNanos, boolean ongoing, long since) {}

  /** @param address holds no credentials */
  ConnectionRecorder(String address, boolean required, ConnectFailures connectFailures) {
    this.address = address;
    this.required = required;
    this.connectFailures = connectFailures;
  }

  /** An attempt to connect begins. */
  void attempting() {
    attempts.incrementAndGet();
  }

  /** An attempt failed; returns how many did in a row. */
  int attemptFailed() {
    failures.incrementAndGet();
    return ++failuresInARow;
  }

  /** There will be another attempt after one that failed. */
  void tryingAgain(@Nullable Throwable failure) {
    if (failuresInARow == 1) {
      event(log.atWarn(), "connect-failed")
          .addKeyValue("required", required)
          .log(
              "Cannot connect to Redis at {}: {}. {}",
              address,
              connectFailures.describe(failure),
              required ? "Trying again" : "Going on without it and trying again until it is there");
    }
  }

  /** There is a connection. */
  void connected() {
    Duration outage = endOutage();
    if (connections.incrementAndGet() == 1 && failuresInARow == 0) {
      event(log.atInfo(), "connected").log("Connected to Redis at {}", address);
    } else {
      event(log.atInfo(), "reconnected")
          .addKeyValue("millis", outage.toMillis())
          .addKeyValue("attempts", failuresInARow)
          .log(
              "Redis at {} is back after {} ms and {} failed attempts",
              address,
              outage.toMillis(),
              failuresInARow);
    }
    failuresInARow = 0;
  }

  /** The connection is given up. */
  void lost(String reason) {
    beginOutage();
    event(log.atWarn(), "connection-lost")
        .addKeyValue("reason", reason)
        .log(
            "Redis at {} cannot be used: {}. Going on without it and trying again until it is there",
            address,
            reason);
  }

  /** The connection is not used until the server answers. */
  void suspended() {
    beginOutage();
    suspensions.incrementAndGet();
    event(log.atWarn(), "suspended")
        .log(
            "Redis at {} left {} commands in a row without a reply. Going on without it until it answers",
            address,
            CircuitBreaker.THRESHOLD);
  }

  /** The server answers. */
  void resumed() {
    Duration outage = endOutage();
    event(log.atInfo(), "resumed")
        .addKeyValue("millis", outage.toMillis())
        .log("Redis at {} answers again after {} ms", address, outage.toMillis());
  }

  /** A command was refused without being sent. */
  void rejected() {
    rejections.increment();
  }

  /** A command had no reply in time. */
  void timedOut() {
    timeouts.increment();
  }

  /** A command was answered by an error. */
  void answeredByError() {
    errors.increment();
  }

  /**
   * @param connected whether there is a connection
   * @param closed whether there will never be one again, which is no outage
   */
  ConnectionStatistics statistics(boolean connected, boolean closed) {
    Outages now = outages;
    long present = now.ongoing && !closed ? System.nanoTime() - now.since : 0;
    return new ConnectionStatistics(
        connected ? 1 : 0,
        attempts.get(),
        failures.get(),
        Math.max(0, connections.get() - 1),
        suspensions.get(),
        Duration.ofNanos(now.pastNanos + present),
        timeouts.sum(),
        rejections.sum(),
        errors.sum());
  }

  private void beginOutage() {
    Outages before = outages;
    if (!before.ongoing) {
      outages = new Outages(before.pastNanos, true, System.nanoTime());
    }
  }

  private Duration endOutage() {
    Outages before = outages;
    long nanos = before.ongoing ? System.nanoTime() - before.since : 0;
    outages = new Outages(before.pastNanos + nanos, false, 0);
    return Duration.ofNanos(nanos);
  }

  private LoggingEventBuilder event(LoggingEventBuilder builder, String event) {
    return builder.addKeyValue("event", event).addKeyValue("redis", address);
  }
}
