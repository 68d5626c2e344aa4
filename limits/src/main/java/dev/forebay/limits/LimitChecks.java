package dev.forebay.limits;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ForebayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a check goes: what this instance knows, then Redis, then what each limit does without. Safe for
 * concurrent use.
 */
final class LimitChecks {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);

  private final RedisLimits limits;
  private final boolean enabled;
  private final KnownDenials denials;
  private final WithoutRedis without;
  private final LeasedPermits leased;
  private final SubjectLists lists;
  private final ReturnedPermits returns;
  private final LocalStrikes strikes;
  private final UsageTallies usage;

  LimitChecks(RedisLimits limits, WithoutRedis without, LimitOversight oversight) {
    this.limits = limits;
    this.enabled = oversight.enabled();
    this.without = without;
    this.denials = oversight.denials();
    this.lists = oversight.lists();
    this.returns = oversight.returns();
    this.strikes = oversight.strikes();
    this.usage = oversight.usage();
    this.leased = oversight.leased();
  }

  /**
   * As {@link RateLimits#check}.
   *
   * @param endpoint null if it has no name
   */
  Decisions check(@Nullable String endpoint, List<Charge> charges) {
    requireEachOnce(charges);
    Decision held = charges.size() == 1 ? takeHeld(charges.get(0)) : null;
    Map<Charge, Decision> decided = held == null ? decide(charges) : Map.of(charges.get(0), held);
    usage.count(endpoint, decided);
    return new Decisions(List.copyOf(decided.values()));
  }

  /**
   * Decides by permits on lease, if there are any: before any denial, as Redis may have denied just
   * because they are on lease.
   */
  private @Nullable Decision takeHeld(Charge charge) {
    boolean mayHold = charge.limiter().rule().leasing() != null && listed(charge) == null;
    return mayHold ? leased.takeHeld(charge) : null;
  }

  private Map<Charge, Decision> decide(List<Charge> charges) {
    Map<Charge, Decision> decided = known(charges);
    if (decided.isEmpty() || decided.values().stream().allMatch(Decision::isAllowed)) {
      return take(charges, decided);
    }
    decided.values().removeIf(Decision::isAllowed);
    return decided;
  }

  /** Returns what this instance knows without asking; attempts that it denies are strikes. */
  private Map<Charge, Decision> known(List<Charge> charges) {
    Map<Charge, Decision> decided = Map.of();
    for (Charge charge : charges) {
      Decision known = listed(charge);
      if (known == null && !isInShadow(charge)) {
        known = denials.find(charge);
        if (known != null) {
          strikes.add(charge.limiter(), charge.subject());
        }
      }
      if (known != null) {
        if (decided.isEmpty()) {
          decided = new LinkedHashMap<>(4);
        }
        decided.put(charge, known);
      }
    }
    return decided;
  }

  /** Returns what the lists say about a charge, if anything. */
  private @Nullable Decision listed(Charge charge) {
    Listing listing = lists.isEmpty() ? null : lists.find(charge.subject());
    if (listing == null) {
      return null;
    }
    Limit limit = charge.limiter().limit();
    String name = charge.limiter().name();
    Duration blockedFor = listing.blockedFor();
    if (blockedFor == null) {
      return new Allowed(name, limit, limit.permits(), Duration.ZERO, Source.KNOWN, null);
    }
    return asSeen(
        charge, new Denied(name, limit, 0, blockedFor, blockedFor, Reason.BLOCKED, Source.KNOWN));
  }

  private Map<Charge, Decision> take(List<Charge> charges, Map<Charge, Decision> known) {
    Charge first = charges.isEmpty() ? null : charges.get(0);
    Leasing leasing = first == null ? null : first.limiter().rule().leasing();
    if (first == null || leasing == null || charges.size() > 1 || !known.isEmpty()) {
      return ask(charges, known);
    }
    Decision decision;
    try {
      decision = leased.take(first, leasing, this::lotFromRedis);
    } catch (ForebayException e) {
      decision = without.take(charges, e).get(0);
    }
    return decision == null ? ask(charges, known) : Map.of(first, decision);
  }

  private Decision lotFromRedis(Charge charge) {
    Decision decision = limits.take(List.of(charge)).await().get(0);
    without.over();
    return decision;
  }

  /** @param known of charges that are not asked about: they are allowed */
  private Map<Charge, Decision> ask(List<Charge> all, Map<Charge, Decision> known) {
    List<Charge> charges = known.isEmpty()
        ? all
        : all.stream().filter(charge -> !known.containsKey(charge)).toList();
    long askedAt = denials.now();
    if (charges.size() == 1 && known.isEmpty()) {
      Charge charge = charges.get(0);
      Decision decision = remember(charge, send(charges).get().get(0), askedAt);
      return Map.of(charge, asSeen(charge, decision));
    }
    Collection<List<Charge>> parties = partiesOf(charges);
    List<Supplier<List<Decision>>> answers = new ArrayList<>(parties.size());
    parties.forEach(party -> answers.add(send(party)));
    Map<Charge, Decision> decided = new LinkedHashMap<>();
    int next = 0;
    for (List<Charge> party : parties) {
      List<Decision> decisions = answers.get(next++).get();
      for (int i = 0; i < party.size(); i++) {
        decided.put(party.get(i), remember(party.get(i), decisions.get(i), askedAt));
      }
    }
    giveBackUnlessAllowed(parties, decided, askedAt);
    decided.replaceAll(LimitChecks::asSeen);
    return parties.size() == 1 && known.isEmpty() ? decided : inOrder(all, known, decided);
  }

  private static Map<Charge, Decision> inOrder(
      List<Charge> all, Map<Charge, Decision> known, Map<Charge, Decision> asked) {
    Map<Charge, Decision> ordered = new LinkedHashMap<>();
    for (Charge charge : all) {
      Decision decision = known.get(charge);
      ordered.put(charge, decision != null ? decision : Objects.requireNonNull(asked.get(charge)));
    }
    return ordered;
  }

  private static void requireEachOnce(List<Charge> charges) {
    if (charges.size() > 1) {
      Set<Object> seen = new HashSet<>();
      for (Charge charge : charges) {
        if (!seen.add(List.of(charge.limiter(), charge.subject()))) {
          throw new IllegalArgumentException(
              "Limiter '%s' was asked twice about one subject in one check. Ask once, for the sum of the costs."
                  .formatted(charge.limiter().name()));
        }
      }
    }
  }

  /** Returns what goes to Redis as one: the charges of a subject, and each that is in shadow. */
  private static Collection<List<Charge>> partiesOf(List<Charge> charges) {
    if (charges.size() == 1) {
      return List.of(charges);
    }
    Map<Object, List<Charge>> parties = new LinkedHashMap<>();
    for (Charge charge : charges) {
      Object party = isInShadow(charge) ? charge : charge.subject();
      parties.computeIfAbsent(party, any -> new ArrayList<>()).add(charge);
    }
    return parties.values();
  }

  private Supplier<List<Decision>> send(List<Charge> party) {
    try {
      RedisLimits.Asked asked = limits.take(party);
      return () -> {
        try {
          List<Decision> decisions = asked.await();
          without.over();
          return decisions;
        } catch (ForebayException e) {
          return without.take(party, e);
        }
      };
    } catch (ForebayException e) {
      return () -> without.take(party, e);
    }
  }

  private Decision remember(Charge charge, Decision decision, long askedAt) {
    if (decision instanceof Denied denied
        && denied.source() == Source.REDIS
        && !isInShadow(charge)) {
      denials.add(charge, denied, askedAt);
    }
    return decision;
  }

  /** Where one subject's limits deny, the others' permits go back, and those of limits in shadow. */
  private void giveBackUnlessAllowed(
      Collection<List<Charge>> parties, Map<Charge, Decision> decided, long askedAt) {
    boolean denied = decided.entrySet().stream()
        .anyMatch(entry -> !entry.getValue().isAllowed() && !isInShadow(entry.getKey()));
    if (!denied || parties.size() == 1) {
      return;
    }
    List<Runnable> answers = new ArrayList<>(parties.size());
    for (List<Charge> party : parties) {
      if (party.stream().allMatch(charge -> isAllowed(decided.get(charge)))) {
        answers.add(giveBack(party, decided, askedAt));
        party.forEach(charge -> decided.computeIfPresent(charge, LimitChecks::givenBack));
      }
    }
    answers.forEach(Runnable::run);
  }

  private static boolean isAllowed(@Nullable Decision decision) {
    return decision != null && decision.isAllowed();
  }

  /**
   * Gives back where they were taken, and what has not expired, or somebody else's would go back.
   *
   * @return waits for it
   */
  private Runnable giveBack(List<Charge> party, Map<Charge, Decision> taken, long askedAt) {
    long elapsed = denials.now() - askedAt;
    List<Charge> live = new ArrayList<>(party.size());
    boolean inRedis = true;
    for (Charge charge : party) {
      Decision decision = Objects.requireNonNull(taken.get(charge));
      inRedis &= decision.source() == Source.REDIS;
      if (elapsed < decision.resetAfter().toNanos()) {
        live.add(charge);
      }
    }
    if (!inRedis) {
      live.forEach(without::giveBack);
    }
    return inRedis && !live.isEmpty() ? giveBack(live) : () -> {};
  }

  /** Sends what gives permits back, and returns what waits for it. */
  private Runnable giveBack(List<Charge> party) {
    try {
      RedisLimits.Asked refund = limits.refund(party);
      return () -> {
        try {
          var unused = refund.await();
        } catch (ForebayException e) {
          logKept(party, e);
        }
        party.forEach(charge -> returns.tellRefund(charge.limiter(), charge.subject()));
      };
    } catch (ForebayException e) {
      logKept(party, e);
      return () -> {};
    }
  }

  private static void logKept(List<Charge> party, ForebayException failure) {
    log.debug(
        "Permits of {} were not given back, so that it has fewer until they expire: {}",
        party.get(0).limiter().name(),
        failure.getMessage());
  }

  private static Decision givenBack(Charge charge, Decision decision) {
    long remaining = Math.min(decision.limit().permits(), decision.remaining() + charge.cost());
    return new Allowed(
        decision.limiter(),
        decision.limit(),
        remaining,
        decision.resetAfter(),
        ((Allowed) decision).source(),
        null);
  }

  /** Nobody is denied in shadow. */
  private static Decision asSeen(Charge charge, Decision decision) {
    return decision instanceof Denied denied && isInShadow(charge)
        ? new Allowed(
            denied.limiter(),
            denied.limit(),
            denied.remaining(),
            denied.resetAfter(),
            denied.source(),
            denied)
        : decision;
  }

  private static boolean isInShadow(Charge charge) {
    return charge.limiter().rule().shadow();
  }

  /** As {@link RateLimiter#peek}. */
  Decision peek(Charge charge) {
    Decision listed = listed(charge);
    if (listed != null) {
      return listed;
    }
    try {
      return asSeen(charge, limits.look(List.of(charge)).await().get(0));
    } catch (ForebayException e) {
      return asSeen(charge, without.look(charge));
    }
  }

  /** As {@link RateLimiter#refund}. */
  void refund(Charge charge) {
    if (enabled) {
      giveBack(List.of(charge)).run();
    } else {
      without.giveBack(charge);
    }
  }

  /** As {@link RateLimiter#reset}. */
  void reset(Charge charge) {
    RedisLimits.Asked reset = limits.reset(charge);
    without.reset(charge);
    if (enabled) {
      var unused = reset.await();
    }
    returns.tellReset(charge.limiter(), charge.subject());
  }
}
