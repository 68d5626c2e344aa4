package dev.forebay.benchmarks.limits;

import static dev.forebay.benchmarks.limits.LimitActs.ALLOWED;
import static dev.forebay.benchmarks.limits.LimitActs.ALLOWED_HOT;
import static dev.forebay.benchmarks.limits.LimitActs.DENIED;
import static dev.forebay.benchmarks.limits.LimitActs.DENIED_HOT;

import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.NodeAct;
import dev.forebay.benchmarks.Role;
import dev.forebay.benchmarks.Suite;
import dev.forebay.limits.Algorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks of rate limits, allowed and denied, on one hot key and on many. */
public final class LimitsSuite implements Suite {

  private static final int KEYS = 10_000;
  private static final int FEW = 500;
  private static final Set<String> ALL = Set.of(ALLOWED_HOT, ALLOWED, DENIED_HOT, DENIED);
  private static final String SCRIPT = "limits.mjs";
  private static final String NODE = "ioredis with automatic pipelining, one process";

  @Override
  public String name() {
    return "limits";
  }

  @Override
  public String question() {
    return "How many checks of a rate limit a second, where one client calls all the time and where"
        + " 10,000 do, and what does a check cost that is denied? `B/entry` is what a client"
        + " takes in Redis.";
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Callers callers :
        List.of(Callers.platform(8), Callers.platform(64), Callers.virtual(256))) {
      cases.add(hot(ALLOWED_HOT, callers));
      cases.add(spread(ALLOWED, callers, KEYS));
      cases.add(hot(DENIED_HOT, callers));
      cases.add(spread(DENIED, callers, KEYS));
    }
    return cases;
  }

  @Override
  public List<Case> quickCases() {
    return List.of(
        hot(ALLOWED_HOT, Callers.platform(8)), spread(DENIED, Callers.platform(64), FEW));
  }

  private static Case hot(String operation, Callers callers) {
    return Case.of(operation, "Every caller asks for the same client", callers, 1);
  }

  private static Case spread(String operation, Callers callers, int keys) {
    return Case.of(operation, "Callers ask for any of many clients", callers, keys);
  }

  @Override
  public List<Contestant> contestants() {
    return List.of(
        ours("forebay", "", Algorithm.AUTO),
        ours("forebay, counter", "; `SLIDING_WINDOW`", Algorithm.SLIDING_WINDOW),
        new Contestant(
            "forebay, leasing",
            Role.OURS,
            ForebayLimiter.CONFIGURATION + ForebayLimiter.LEASING,
            Set.of(ALLOWED_HOT, ALLOWED),
            LimitActs.opening(ForebayLimiter::leasing)),
        contestant(
            "lettuce EVALSHA", Role.FLOOR, LettuceCounter.CONFIGURATION, LettuceCounter::new),
        contestant(
            "bucket4j",
            Role.PEER,
            Bucket4jLimiter.CONFIGURATION,
            (stage, allowance) -> new Bucket4jLimiter(stage, allowance, false)),
        contestant(
            "bucket4j, batching",
            Role.PEER,
            Bucket4jLimiter.CONFIGURATION + "; calls at the same time share one update of Redis",
            (stage, allowance) -> new Bucket4jLimiter(stage, allowance, true)),
        contestant(
            "redisson RRateLimiter",
            Role.PEER,
            RedissonLimiter.CONFIGURATION,
            RedissonLimiter::new),
        contestant(
            "spring token bucket",
            Role.PEER,
            SpringTokenBucket.CONFIGURATION,
            SpringTokenBucket::new),
        new Contestant(
            "rate-limiter-flexible",
            Role.PEER,
            NODE + ", as many calls in flight as there are callers",
            ALL,
            node(false)),
        new Contestant(
            "rate-limiter-flexible, blocking",
            Role.PEER,
            NODE + ", denied keys remembered in the process (`inMemoryBlockOnConsumed`)",
            Set.of(DENIED_HOT, DENIED),
            node(true)));
  }

  private static Contestant ours(String name, String choice, Algorithm algorithm) {
    return contestant(
        name,
        Role.OURS,
        ForebayLimiter.CONFIGURATION + choice,
        (stage, allowance) -> ForebayLimiter.checking(stage, allowance, algorithm));
  }

  private static Contestant contestant(
      String name, Role role, String configuration, LimitActs.Connecting connecting) {
    return new Contestant(name, role, configuration, ALL, LimitActs.opening(connecting));
  }

  private static Contestant.Opening node(boolean blocking) {
    return NodeAct.opening(
        SCRIPT,
        Map.of("pipelining", "true", "blocking", Boolean.toString(blocking)),
        "rate-limiter-flexible",
        "ioredis");
  }
}
