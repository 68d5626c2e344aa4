package dev.forebay.marketplace.pages;

import dev.forebay.limits.Limit;
import dev.forebay.limits.LimitUsage.OfLimiter;
import dev.forebay.limits.Listing;
import dev.forebay.marketplace.limiting.LimitReports.Report;
import dev.forebay.marketplace.limiting.MarketLimit;
import dev.forebay.marketplace.limiting.RecentSuspicions.Seen;
import dev.forebay.marketplace.limiting.Subjects;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the operator's page shows. */
public record OperatorPage(
    Instant at,
    boolean whole,
    List<Usage> limiters,
    List<Endpoint> endpoints,
    List<Offender> offenders,
    List<Blocked> blocked,
    List<Noticed> suspicions) {

  private static final int OFFENDERS = 10;

  /**
   * How one limit is used.
   *
   * @param limit as it is now; null if this instance does not know
   * @param changed whether it was changed while the market ran
   */
  public record Usage(
      String limiter, String title, @Nullable Limit limit, boolean changed, OfLimiter figures) {

    /** Returns how many of a hundred decisions were to deny, rounded up, so that a single one shows. */
    public long deniedPercent() {
      return figures.decisions() == 0
          ? 0
          : (long) Math.ceil(100.0 * figures.denied() / figures.decisions());
    }

    /** Returns how many requests each client made, on average. */
    public String perClient() {
      return String.format(Locale.ENGLISH, "%.1f", figures.decisionsPerSubject());
    }
  }

  /** How often requests to one address were denied. */
  public record Endpoint(String name, long denied, long share) {}

  /** Whom limits know, and what people call them. */
  public record Subject(String subject, String name) {

    /** Returns the user that it is; null if it is none. */
    public @Nullable Long userId() {
      return Subjects.userId(subject).orElse(null);
    }

    /** Returns what it is: a name alone may look like something else. */
    public String kind() {
      return Subjects.kind(subject).word();
    }
  }

  /**
   * Who was denied most.
   *
   * @param blockable whether it can be blocked, and is not
   */
  public record Offender(
      Subject who, String limit, long denied, boolean blocked, boolean blockable) {

    /** Returns the id of its button: the same wherever it stands in the list. */
    public String id() {
      return idOf("block", limit + '\n' + who.subject());
    }
  }

  /** Who is on the list of the blocked. */
  public record Blocked(Subject who, Duration left) {

    /** Returns the id of its button. */
    public String id() {
      return idOf("unblock", who.subject());
    }
  }

  /** What looked like an attack. */
  public record Noticed(Instant when, String what, @Nullable Subject who) {}

  static OperatorPage of(Report report) {
    List<Blocked> blocked = blocked(report);
    Set<String> subjects =
        blocked.stream().map(one -> one.who().subject()).collect(Collectors.toSet());
    return new OperatorPage(
        report.at(),
        report.whole(),
        limiters(report),
        endpoints(report),
        report.usage().offenders().stream()
            .limit(OFFENDERS)
            .map(one -> new Offender(
                subject(report, one.subject()),
                MarketLimit.titleOf(one.limiter()),
                one.denied(),
                subjects.contains(one.subject()),
                report.blockable().contains(one.subject()) && !subjects.contains(one.subject())))
            .toList(),
        blocked,
        report.suspicions().stream().map(seen -> noticed(report, seen)).toList());
  }

  public long decisions() {
    return limiters.stream().mapToLong(one -> one.figures().decisions()).sum();
  }

  public long denied() {
    return limiters.stream().mapToLong(one -> one.figures().denied()).sum();
  }

  public long withoutRedis() {
    return limiters.stream().mapToLong(one -> one.figures().withoutRedis()).sum();
  }

  private static List<Usage> limiters(Report report) {
    List<String> order =
        List.of(MarketLimit.values()).stream().map(MarketLimit::limiter).toList();
    return report.usage().limiters().entrySet().stream()
        .sorted(Comparator.comparing((Map.Entry<String, OfLimiter> one) ->
                order.contains(one.getKey()) ? order.indexOf(one.getKey()) : order.size())
            .thenComparing(Map.Entry::getKey))
        .map(one -> new Usage(
            one.getKey(),
            MarketLimit.titleOf(one.getKey()),
            report.limits().get(one.getKey()),
            report.changed().contains(one.getKey()),
            one.getValue()))
        .toList();
  }

  private static List<Endpoint> endpoints(Report report) {
    Map<String, Long> denied = report.usage().deniedByEndpoint();
    long most = denied.values().stream().mapToLong(Long::longValue).max().orElse(1);
    return denied.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .map(one -> new Endpoint(
            one.getKey(), one.getValue(), Math.round(100.0 * one.getValue() / Math.max(1, most))))
        .toList();
  }

  private static List<Blocked> blocked(Report report) {
    return report.listed().stream()
        .filter(Listing::isBlocked)
        .map(one -> new Blocked(subject(report, one.subject()), one.left().orElse(Duration.ZERO)))
        .sorted(Comparator.comparing(Blocked::left).reversed())
        .toList();
  }

  private static Noticed noticed(Report report, Seen seen) {
    return new Noticed(
        seen.when(),
        seen.what(),
        seen.subject().isEmpty() ? null : subject(report, seen.subject()));
  }

  /** By a digest: texts that others choose could share a hash code. */
  private static String idOf(String button, String text) {
    return button + '-' + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Subject subject(Report report, String subject) {
    return new Subject(subject, report.names().getOrDefault(subject, subject));
  }
}
