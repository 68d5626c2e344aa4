package dev.forebay.limits;

import dev.forebay.limits.Decision.Allowed;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks Redis about charges of one subject, and understands the answers. */
final class RedisLimits {

  private final LimitScripts scripts;
  private final LimitKeys keys;

  RedisLimits(LimitScripts scripts, LimitKeys keys) {
    this.scripts = scripts;
    this.keys = keys;
  }

  /** What was asked; {@link #await} gives the answers. */
  record Asked(List<Charge> charges, List<Rule> rules, Reply<ScriptReply> reply) {

    /**
     * Waits for the answers, in the order of the charges.
     *
     * @throws dev.forebay.redis.ForebayException if Redis fails
     */
    List<Decision> await() {
      ByteBuffer answers = ByteBuffer.wrap(reply.await().bytes(0).orElseThrow());
      List<Decision> decisions = new ArrayList<>(charges.size());
      for (int i = 0; i < charges.size(); i++) {
        decisions.add(decision(charges.get(i).limiter().name(), rules.get(i).limit(), answers));
      }
      return decisions;
    }
  }

  /** Takes the permits of all charges, or none. */
  Asked take(List<Charge> charges) {
    return ask("take", charges, null);
  }

  /** Tells what taking them would do. */
  Asked look(List<Charge> charges) {
    return ask("look", charges, null);
  }

  /** Gives their permits back. */
  Asked refund(List<Charge> charges) {
    return ask("refund", charges, null);
  }

  /** Gives all permits back, and forgets all strikes, also those that are told later. */
  Asked reset(Charge charge) {
    return ask("reset", List.of(charge), null);
  }

  /** Notes strikes of a subject. */
  Asked strike(Charge charge, LocalStrikes.Telling strikes) {
    return ask("strike", List.of(charge), strikes.toString());
  }

  /** @param told instead of costs */
  private Asked ask(String mode, List<Charge> charges, @Nullable String told) {
    List<LimitScripts.Question> questions = new ArrayList<>(charges.size());
    List<Rule> rules = new ArrayList<>(charges.size());
    for (Charge charge : charges) {
      EncodedRule rule = charge.limiter().encodedRule();
      rules.add(rule.rule());
      String key = keys.stateOf(charge.limiter().name(), charge.subject());
      String cost = told == null ? Long.toString(charge.cost()) : told;
      questions.add(new LimitScripts.Question(key, rule, cost));
    }
    return new Asked(charges, rules, scripts.check(mode, questions));
  }

  private static Decision decision(String limiter, Limit limit, ByteBuffer answer) {
    char verdict = (char) answer.get();
    long remaining = (long) answer.getDouble();
    Duration reset = Duration.ofMillis((long) answer.getDouble());
    long retry = (long) answer.getDouble();
    return verdict == 'A'
        ? new Allowed(limiter, limit, remaining, reset, Source.REDIS, null)
        : new Denied(
            limiter,
            limit,
            remaining,
            reset,
            retry < 0 ? Denied.NEVER : Duration.ofMillis(retry),
            reason(verdict),
            Source.REDIS);
  }

  private static Reason reason(char verdict) {
    return switch (verdict) {
      case 'L' -> Reason.LIMIT;
      case 'P' -> Reason.PENALTY;
      case 'C' -> Reason.COST_ABOVE_LIMIT;
      default -> throw new IllegalStateException("Unknown verdict '" + verdict + "'");
    };
  }
}
