package dev.forebay.marketplace.limiting;

import dev.forebay.limits.LimitListener;
import dev.forebay.limits.RateLimits;
import dev.forebay.limits.Suspicion;
import dev.forebay.limits.Suspicion.DenialsRising;
import dev.forebay.limits.Suspicion.Hammering;
import dev.forebay.limits.Suspicion.ManySubjects;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.springframework.stereotype.Component;

/** Keeps what looked like an attack to this instance lately, for the operator. */
@Component
public class RecentSuspicions implements LimitListener {

  private static final int KEPT = 8;

  private final ConcurrentLinkedDeque<Seen> seen = new ConcurrentLinkedDeque<>();

  RecentSuspicions(RateLimits limits) {
    limits.addListener(this);
  }

  /**
   * Something that was noticed.
   *
   * @param what in words
   * @param subject whom it is about; empty if about nobody in particular
   */
  public record Seen(Instant when, String what, String subject) {}

  @Override
  public void onSuspicion(Suspicion suspicion) {
    seen.addFirst(new Seen(Instant.now(), words(suspicion), subject(suspicion)));
    while (seen.size() > KEPT) {
      seen.pollLast();
    }
  }

  /** Returns them, the latest first. */
  public List<Seen> latest() {
    return List.copyOf(seen);
  }

  private static String subject(Suspicion suspicion) {
    return suspicion instanceof Hammering hammering ? hammering.subject() : "";
  }

  private static String words(Suspicion suspicion) {
    if (suspicion instanceof Hammering hammering) {
      return "%s: denied %,d times within a minute"
          .formatted(MarketLimit.titleOf(hammering.limiter()), hammering.denied());
    }
    if (suspicion instanceof ManySubjects many) {
      return "%s: some %,d different clients denied within a minute"
          .formatted(many.endpoint(), many.subjects());
    }
    if (suspicion instanceof DenialsRising rising) {
      return "%s: denied %,d times in ten seconds, where %.1f are usual"
          .formatted(MarketLimit.titleOf(rising.limiter()), rising.denied(), rising.usual());
    }
    return suspicion.pattern();
  }
}
