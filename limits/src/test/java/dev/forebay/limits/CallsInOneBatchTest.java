package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.redis.Redis;
import dev.forebay.redis.Workload;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import dev.forebay.testing.FinalVerdict;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls that share a command, against the same calls one after another. {@code
 * -Dforebay.limits.rounds=} and {@code -Dforebay.limits.seed=} as for {@link LimitOracleTest}.
 */
@RedisTest
@FinalVerdict
@Tag("RL1")
class CallsInOneBatchTest {

  private static final int BATCHES = Integer.getInteger("forebay.limits.rounds", 400);
  private static final int SUBJECTS = 4;
  private static final int MOST_LIMITS = 3;

  private final LuaScript check = LuaScript.beside(LimitScripts.class, "check");
  private final long seed =
      Long.getLong("forebay.limits.seed", ThreadLocalRandom.current().nextLong());
  private final Random random = new Random(seed);

  @AutoClose
  private final Redis redis;

  private final String prefix;

  CallsInOneBatchTest(RedisNamespace namespace) {
    redis = Redis.connect(LimitsFixture.patient(namespace.uri()).build(), Workload.LIMITS);
    prefix = namespace.keyPrefix();
  }

  /** Calls of one to three limits of a subject, the first of which is counted by this algorithm. */
  @ParameterizedTest
  @EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void each_has_the_answer_that_it_would_have_had_alone(Algorithm algorithm) {
    long clock = 1_700_000_000_000L;
    List<String> rules = rules(algorithm);
    for (int batch = 0; batch < BATCHES; batch++) {
      if (random.nextInt(40) == 0) {
        rules = rules(algorithm);
      }
      clock += random.nextInt(3) == 0 ? random.nextInt(70_000) - 10_000 : random.nextInt(200);
      List<Call> calls =
          calls(clock, rules.subList(0, 1 + random.nextInt(MOST_LIMITS)), random.nextBoolean());

      assertThat(together(calls))
          .as("batch %d, %s, seed %d", batch, calls, seed)
          .isEqualTo(oneByOne(calls));
      assertThat(states("together"))
          .as("states after batch %d, %s, seed %d", batch, calls, seed)
          .isEqualTo(states("alone"));
    }
    System.out.printf(Locale.ROOT, "%s: %,d batches, seed %d%n", algorithm, BATCHES, seed);
  }

  /** @param limits how many of the subject */
  private record Call(int subject, int limits, List<String> arguments) {

    List<String> keys(String prefix) {
      return IntStream.range(0, limits)
          .mapToObj(limit -> keyOf(prefix, subject, limit))
          .toList();
    }
  }

  private static String keyOf(String prefix, int subject, int limit) {
    return prefix + "{" + subject + "}" + limit;
  }

  /** @param alike whether all have the same arguments */
  private List<Call> calls(long clock, List<String> rules, boolean alike) {
    List<String> arguments = arguments(clock, rules);
    return IntStream.range(0, 1 + random.nextInt(30))
        .mapToObj(call -> new Call(
            random.nextInt(SUBJECTS),
            rules.size(),
            alike ? arguments : arguments(clock + random.nextInt(20), rules)))
        .toList();
  }

  private List<String> arguments(long clock, List<String> rules) {
    List<String> arguments = new ArrayList<>();
    arguments.add(Long.toString(clock));
    arguments.add(
        switch (random.nextInt(30)) {
          case 0 -> "reset";
          case 1, 2 -> "look";
          case 3, 4, 5 -> "refund";
          default -> "take";
        });
    for (String rule : rules) {
      arguments.add(rule);
      arguments.add(Integer.toString(1 + random.nextInt(3)));
    }
    return arguments;
  }

  private List<String> rules(Algorithm algorithm) {
    return IntStream.range(0, MOST_LIMITS)
        .mapToObj(limit -> ruleOf(limit == 0 ? algorithm : LimitPlay.any(random)))
        .toList();
  }

  private String ruleOf(Algorithm algorithm) {
    RateLimiterBuilder builder = RateLimits.over(redis.commands(), prefix, () -> "")
        .limiter("any" + random.nextLong())
        .algorithm(algorithm)
        .limit(1 + random.nextInt(120), Duration.ofMillis(1 + random.nextInt(60_000)));
    if (random.nextInt(3) == 0) {
      builder.penalty(new Penalty(
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          1 + random.nextInt(3),
          Duration.ofMinutes(5)));
    }
    return builder.build().rule().text();
  }

  private List<String> together(List<Call> calls) {
    List<String> keys =
        calls.stream().flatMap(call -> call.keys(prefix + "together").stream()).toList();
    List<String> first = calls.get(0).arguments;
    boolean alike = calls.stream().allMatch(call -> call.arguments.equals(first));
    List<String> all = new ArrayList<>();
    if (alike && random.nextBoolean()) {
      all.addAll(first);
      all.add(Integer.toString(-calls.size()));
    } else {
      calls.forEach(call -> all.addAll(call.arguments));
      all.add(Integer.toString(calls.size()));
    }
    ScriptReply reply = eval(keys, all).await();
    return IntStream.range(0, calls.size()).mapToObj(call -> hex(reply, call)).toList();
  }

  /** All are on their way before the first is answered; this script goes out as it is. */
  private List<String> oneByOne(List<Call> calls) {
    List<Reply<ScriptReply>> replies = calls.stream()
        .map(call -> eval(call.keys(prefix + "alone"), call.arguments))
        .toList();
    return replies.stream().map(reply -> hex(reply.await(), 0)).toList();
  }

  private Reply<ScriptReply> eval(List<String> keys, List<String> arguments) {
    return redis
        .commands()
        .eval(check, keys, arguments.stream().map(LimitScripts::text).toList());
  }

  private List<String> states(String name) {
    List<String> keys = IntStream.range(0, SUBJECTS * MOST_LIMITS)
        .mapToObj(place -> keyOf(prefix + name, place / MOST_LIMITS, place % MOST_LIMITS))
        .toList();
    return redis.commands().mget(keys).await().stream()
        .map(state -> state.map(HexFormat.of()::formatHex).orElse("none"))
        .toList();
  }

  private static String hex(ScriptReply reply, int position) {
    return reply.bytes(position).map(HexFormat.of()::formatHex).orElse("none");
  }
}
