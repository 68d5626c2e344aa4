package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.redis.Redis;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.Workload;
import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.ScriptReply;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that share a command, against the same calls one after another. */
@RedisTest
@Tag("RL1")
class CallsInOneBatchTest {

  private static final int BATCHES = 400;
  private static final int SUBJECTS = 4;

  private final LuaScript check = LuaScript.beside(LimitScripts.class, "check");
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final Random random = new Random(seed);
  private final Redis redis;
  private final String prefix;

  CallsInOneBatchTest(RedisNamespace namespace) {
    redis = Redis.connect(
        RedisSettings.builder()
            .uri(namespace.uri())
            .connectTimeout(Duration.ofSeconds(30))
            .commandTimeout(Duration.ofSeconds(30))
            .build(),
        Workload.LIMITS);
    prefix = namespace.keyPrefix();
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @ParameterizedTest
  @EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void each_has_the_answer_that_it_would_have_had_alone(Algorithm algorithm) {
    long clock = 1_700_000_000_000L;
    String rule = ruleOf(algorithm);
    for (int batch = 0; batch < BATCHES; batch++) {
      if (random.nextInt(40) == 0) {
        rule = ruleOf(algorithm);
      }
      clock += random.nextInt(3) == 0 ? random.nextInt(70_000) - 10_000 : random.nextInt(200);
      List<String> arguments = List.of(
          Long.toString(clock),
          random.nextInt(10) == 0 ? "refund" : "take",
          rule,
          Integer.toString(1 + random.nextInt(3)));
      List<Integer> subjects = IntStream.range(0, 1 + random.nextInt(30))
          .mapToObj(call -> random.nextInt(SUBJECTS))
          .toList();

      assertThat(together(subjects, arguments))
          .as("batch %d of %s for %s, seed %d", batch, arguments, subjects, seed)
          .isEqualTo(oneByOne(subjects, arguments));
      assertThat(states("together")).as("states, seed %d", seed).isEqualTo(states("alone"));
    }
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

  private List<String> together(List<Integer> subjects, List<String> arguments) {
    List<String> keys = keys("together", subjects);
    List<String> all = new ArrayList<>(arguments);
    if (random.nextBoolean()) {
      all.add(Integer.toString(-subjects.size()));
    } else {
      all = new ArrayList<>();
      for (int call = 0; call < subjects.size(); call++) {
        all.addAll(arguments);
      }
      all.add(Integer.toString(subjects.size()));
    }
    ScriptReply reply = eval(keys, all);
    return IntStream.range(0, subjects.size())
        .mapToObj(call -> hex(reply, call))
        .toList();
  }

  private List<String> oneByOne(List<Integer> subjects, List<String> arguments) {
    return keys("alone", subjects).stream()
        .map(key -> hex(eval(List.of(key), arguments), 0))
        .toList();
  }

  private ScriptReply eval(List<String> keys, List<String> arguments) {
    return redis
        .commands()
        .eval(check, keys, arguments.stream().map(LimitScripts::text).toList())
        .await();
  }

  private List<String> keys(String name, List<Integer> subjects) {
    return subjects.stream().map(subject -> prefix + name + "{" + subject + "}").toList();
  }

  private List<String> states(String name) {
    List<String> keys = keys(name, IntStream.range(0, SUBJECTS).boxed().toList());
    return redis.commands().mget(keys).await().stream()
        .map(state -> state.map(HexFormat.of()::formatHex).orElse("none"))
        .toList();
  }

  private static String hex(ScriptReply reply, int position) {
    return reply.bytes(position).map(HexFormat.of()::formatHex).orElse("none");
  }
}
