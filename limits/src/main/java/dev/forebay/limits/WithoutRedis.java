package dev.forebay.limits;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What limits answer while Redis does not: each as its {@link WhenUnavailable} says. */
final class WithoutRedis {

  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  /** A connection that is away is tried again at least this often. */
  static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  private final LocalLimits local;
  private final LocalPenalties penalties;
  private final LocalStrikes strikes;
  private final IntSupplier instances;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * @param strikes that Redis is told of when it is back
   * @param instances how many share each limit, 1 or more
   */
  WithoutRedis(
      LocalLimits local, LocalPenalties penalties, LocalStrikes strikes, IntSupplier instances) {
    this.local = local;
    this.penalties = penalties;
    this.strikes = strikes;
    this.instances = instances;
  }

  /**
   * Decides charges of which permits are taken of all or none. What Redis was asked for without an
   * answer counts here too, so that lost answers admit no more than this instance's share.
   */
  List<Decision> take(List<Charge> charges, ForebayException failure) {
    tell(failure);
    List<Decision> decisions = new ArrayList<>(charges.size());
    charges.forEach(charge -> decisions.add(look(charge)));
    if (decisions.stream().allMatch(Decision::isAllowed)) {
      takeAllOrNone(charges, decisions);
    }
    for (int i = 0; i < charges.size(); i++) {
      decisions.set(i, struck(charges.get(i), decisions.get(i)));
    }
    return decisions;
  }

  /** @param decisions of a look, which stay where others took permits since and none are taken here */
  private void takeAllOrNone(List<Charge> charges, List<Decision> decisions) {
    List<Decision> taken = charges.stream().map(charge -> decide(charge, true)).toList();
    boolean all = taken.stream().allMatch(Decision::isAllowed);
    for (int i = 0; i < charges.size(); i++) {
      Decision decision = taken.get(i);
      if (all || !decision.isAllowed()) {
        decisions.set(i, decision);
      } else {
        giveBack(charges.get(i));
      }
    }
  }

  /** Notes a strike if an attempt is denied, and returns the decision as the penalty has it then. */
  private Decision struck(Charge charge, Decision decision) {
    if (!LocalPenalties.isStrike(decision)) {
      return decision;
    }
    strikes.add(charge.limiter(), charge.subject());
    return penalties.judge(charge, decision, true);
  }

  /** Decides a charge of which nothing is taken. */
  Decision look(Charge charge) {
    return penalties.judge(charge, decide(charge, false), false);
  }

  private Decision decide(Charge charge, boolean take) {
    Rule rule = charge.limiter().rule();
    if (charge.cost() > rule.largestCost()) {
      return denied(charge, Denied.NEVER, Reason.COST_ABOVE_LIMIT);
    }
    return switch (rule.whenUnavailable()) {
      case OPEN -> open(charge);
      case CLOSED -> denied(charge, AGAIN_AFTER, Reason.UNAVAILABLE);
      case LOCAL -> local.decide(charge, instances.getAsInt(), take);
    };
  }

  /** Allows a charge without counting. */
  private static Decision open(Charge charge) {
    Limit limit = charge.limiter().limit();
    return new Allowed(
        charge.limiter().name(), limit, limit.permits(), Duration.ZERO, Source.FALLBACK, null);
  }

  private static Decision denied(Charge charge, Duration retryAfter, Reason reason) {
    return new Denied(
        charge.limiter().name(),
        charge.limiter().limit(),
        0,
        Duration.ZERO,
        retryAfter,
        reason,
        Source.FALLBACK);
  }

  /** Gives permits back that were taken here. */
  void giveBack(Charge charge) {
    if (charge.limiter().rule().whenUnavailable() == WhenUnavailable.LOCAL) {
      local.giveBack(charge, instances.getAsInt());
    }
  }

  /** Forgets what was counted of a subject. */
  void reset(Charge charge) {
    String subject = LimitKeys.shortened(charge.subject());
    local.reset(charge.limiter().name(), subject);
    penalties.forget(charge.limiter().name(), subject);
  }

  /** Redis answers, maybe again. */
  void over() {
    if (told.get()) {
      told.set(false);
    }
  }

  private void tell(ForebayException failure) {
    if (told.compareAndSet(false, true)) {
      log.warn(
          "Rate limits go on without Redis, {}: {}",
          failure instanceof RedisUnavailableException
              ? "each as it is configured"
              : "as it refuses to count",
          failure.getMessage());
    }
  }
}
