package dev.forebay.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a server leaves a connection without answers. These come in the order of the commands,
 * so one command that waits tells as much as a {@code PING} behind it would. One thread looks.
 */
final class SilenceWatch {

  private static final int MOST = 4;

  private final long patienceNanos;

  // Used by the thread that looks only.
  private @Nullable Object unanswered;
  private long lookedAt = System.nanoTime();
  private long silenceNanos;

  private volatile boolean silent;

  /** @param patience how long a command may go without an answer: as long as its caller waits */
  SilenceWatch(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  /** Returns whether a command has been without an answer for too long. Safe on any thread. */
  boolean isSilent() {
    return silent;
  }

  /** To be called now and then. Returns whether there is so long no answer that none will come. */
  boolean look(Outbox outbox) {
    Object before = unanswered;
    unanswered = outbox.unanswered(before);
    long now = System.nanoTime();
    // A process that stood still has not read what was answered meanwhile.
    long passed = Math.min(now - lookedAt, patienceNanos / 2);
    lookedAt = now;
    silenceNanos = unanswered != null && unanswered == before ? silenceNanos + passed : 0;
    silent = silenceNanos >= patienceNanos;
    return silenceNanos >= MOST * patienceNanos;
  }
}
