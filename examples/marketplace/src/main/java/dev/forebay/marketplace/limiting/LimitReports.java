package dev.forebay.marketplace.limiting;

import dev.forebay.limits.Limit;
import dev.forebay.limits.LimitUsage;
import dev.forebay.limits.LimitUsage.Offender;
import dev.forebay.limits.Listing;
import dev.forebay.limits.RateLimiter;
import dev.forebay.limits.RateLimits;
import dev.forebay.redis.ForebayException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;

/** Tells how limits are used, by all instances together where Redis can say so. */
@Service
public class LimitReports {

  private final RateLimits limits;
  private final Subjects subjects;
  private final RecentSuspicions suspicions;
  private final LimitChanges changes;

  LimitReports(
      RateLimits limits, Subjects subjects, RecentSuspicions suspicions, LimitChanges changes) {
    this.limits = limits;
    this.subjects = subjects;
    this.suspicions = suspicions;
    this.changes = changes;
  }

  /**
   * How limits are used at one moment.
   *
   * @param whole whether it is of all instances; else of this one since it started
   * @param limits as they are now, by limiter
   * @param changed those that were changed while the market ran, by limiter
   * @param names what people call the subjects that occur, by subject
   * @param blockable those of them that can be blocked: not what was shortened to be shown
   */
  public record Report(
      Instant at,
      boolean whole,
      LimitUsage usage,
      Map<String, Limit> limits,
      Set<String> changed,
      List<Listing> listed,
      List<RecentSuspicions.Seen> suspicions,
      Map<String, String> names,
      Set<String> blockable) {}

  /** Returns the present one. Two round trips, one of which reads the names of users. */
  public Report now() {
    boolean whole = true;
    LimitUsage usage;
    try {
      usage = limits.fleetUsage();
    } catch (ForebayException away) {
      whole = false;
      usage = limits.usage();
    }
    List<Listing> listed = limits.listed();
    List<RecentSuspicions.Seen> seen = suspicions.latest();
    Set<String> told = Stream.of(
            usage.offenders().stream().map(Offender::subject),
            listed.stream().map(Listing::subject),
            seen.stream().map(RecentSuspicions.Seen::subject))
        .flatMap(subject -> subject)
        .filter(subject -> !subject.isEmpty())
        .collect(Collectors.toSet());
    Set<String> blockable = told.stream()
        .filter(subject -> subjects.read(subject).equals(Optional.of(subject)))
        .collect(Collectors.toSet());
    return new Report(
        Instant.now(),
        whole,
        usage,
        present(usage),
        changes.changed(),
        listed,
        seen,
        subjects.names(told),
        blockable);
  }

  private Map<String, Limit> present(LimitUsage usage) {
    Map<String, Limit> present = new HashMap<>();
    for (String limiter : usage.limiters().keySet()) {
      limits.find(limiter).map(RateLimiter::limit).ifPresent(limit -> present.put(limiter, limit));
    }
    return present;
  }
}
