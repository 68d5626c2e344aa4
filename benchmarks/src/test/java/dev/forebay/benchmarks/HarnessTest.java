package dev.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarnessTest {

  private static final Schedule SMOKE = Schedule.of(0, 0.02, 0.1, 3);

  /** Long enough for a CPU time that the system counts in hundredths of a second. */
  private static final Schedule TICKS = Schedule.of(0, 0.02, 1, 1);

  private static EmbeddedRedis redis;
  private static Servers servers;

  @BeforeAll
  static void start() {
    redis = EmbeddedRedis.builder().setting("databases", "24").start();
    servers = new Servers(redis.uri(), null);
  }

  @AfterAll
  static void end() {
    servers.close();
    redis.close();
  }

  @Test
  void a_raw_get_costs_exactly_one_command_and_every_operation_is_in_the_histogram() {
    AtomicLong performed = new AtomicLong();
    Case played = Case.of("get", "a get", Callers.platform(4), 10);
    Player player = new LocalPlayer(lettuce(performed));
    Team team = new Team(lettuce(performed), 0, servers, () -> player);
    try (team) {
      team.prepare(played);
      Measurement measured = team.measure(played, 0.2);
      assertThat(performed).hasPositiveValue();
      assertThat(measured.turn().operations()).isEqualTo(performed.get());
      assertThat(measured.latencies().getTotalCount()).isEqualTo(performed.get());
      assertThat(measured.redis().commands()).isEqualTo(Map.of("get", performed.get()));
      assertThat(measured.commandsPerUnit()).isEqualTo(1);
      assertThat(measured.redis().cpuNanos()).isPositive();
      assertThat(measured.turn().cpuNanos()).isPositive();
      assertThat(measured.bytesPerUnit()).isBetween(100.0, 100_000.0);
    }
  }

  @Test
  void an_entry_costs_what_redis_says_its_keys_do() {
    Case played = Case.of("get", "a get", Callers.platform(1), 100);
    Contestant contestant = lettuce(new AtomicLong());
    Team team = new Team(contestant, 1, servers, () -> new LocalPlayer(contestant));
    try (team) {
      assertThat(team.prepare(played)).isBetween(500.0, 800.0);
    }
  }

  @Test
  void callers_in_lockstep_all_get_the_same_number_and_no_number_twice() {
    Map<Long, AtomicLong> calls = new ConcurrentHashMap<>();
    Case played = Case.of("do", "nothing", Callers.platform(8), 1).pace(Pace.LOCKSTEP);
    Contestant contestant = contestant(
        "do",
        stage ->
            number -> calls.computeIfAbsent(number, unused -> new AtomicLong()).incrementAndGet());
    Score score = play(played, contestant);
    assertThat(calls)
        .isNotEmpty()
        .allSatisfy((number, count) -> assertThat(count).hasValue(8));
    assertThat(score.slowestMicros()).isPositive();
  }

  @Test
  void a_contestant_that_completes_operations_itself_is_measured_by_what_it_tells() {
    Case played = Case.of("do", "a job", Callers.platform(1), 1).pace(Pace.BY_CONTESTANT);
    Contestant contestant = contestant("do", stage -> number -> {
      stage.completed(5_000_000);
      stage.completed(5_000_000);
    });
    assertThat(play(played, contestant).p50Micros()).isCloseTo(5_000, within(50.0));
  }

  @Test
  void a_contestant_that_fails_is_shown_as_failed_and_the_others_play_on() {
    Case played = Case.of("do", "nothing", Callers.platform(1), 1);
    Contestant broken = contestant("do", stage -> {
      throw new IllegalStateException("no such server");
    });
    Contestant sound = new Contestant(
        "sound", Role.PEER, "nothing", Set.of("do"), stage -> number -> Thread.onSpinWait());
    CaseResult result = tournament(List.of(broken, sound)).play(List.of(played)).get(0);
    assertThat(result.scores().get(0).failure()).contains("no such server");
    assertThat(result.scores().get(1).failure()).isNull();
    assertThat(Table.of(result).forMarkdown()).contains("failed", "sound");
  }

  @Test
  void an_operation_that_throws_is_no_operation() {
    Case played = Case.of("do", "nothing", Callers.platform(1), 1);
    Score score = play(played, contestant("do", stage -> number -> {
      throw new IllegalStateException("refused");
    }));
    assertThat(score.hasFigures()).isFalse();
    assertThat(score.failure()).contains("refused");
  }

  @Test
  void ratios_are_taken_turn_by_turn() {
    Ratio ratio = Ratio.of(score(200, 100, 300), score(100, 100, 100));
    assertThat(ratio).isEqualTo(new Ratio(2, 1.5, 2.5));
    assertThat(Ratio.of(score(110), score(100)).isTie()).isTrue();
    assertThat(ratio).hasToString("2.00 [1.50–2.50]");
  }

  @Test
  void a_floor_that_others_are_compared_with_plays_in_several_jvms_that_count_together() {
    List<String> opened = new ArrayList<>();
    Case played = Case.of("do", "nothing", Callers.platform(1), 1);
    List<Contestant> contestants = Stream.of(
            Map.entry("ours", Role.OURS),
            Map.entry("floor", Role.FLOOR),
            Map.entry("other floor", Role.FLOOR),
            Map.entry("peer", Role.PEER))
        .map(each ->
            new Contestant(each.getKey(), each.getValue(), "as it comes", Set.of("do"), stage -> {
              opened.add(each.getKey() + " " + stage.database());
              return number -> Thread.onSpinWait();
            }))
        .toList();
    Schedule threeJvms =
        new Schedule(1, 0, new Schedule.Turns(0, 0.02, 4), new Schedule.Turns(0, 1, 1), 3);
    CaseResult result = new Tournament(
            contestants, threeJvms, servers, LocalPlayer::new, unused -> {})
        .play(List.of(played))
        .get(0);

    assertThat(opened)
        .containsExactly("ours 0", "floor 4", "other floor 8", "floor 12", "peer 16", "floor 20");
    assertThat(result.scores())
        .extracting(Score::contestant)
        .containsExactly("ours", "floor", "other floor", "peer");
    assertThat(result.scores()).allSatisfy(score -> assertThat(score.turns()).hasSize(4));
  }

  @Test
  void each_leg_is_played_by_new_players_and_all_count() {
    List<Player> recruited = new ArrayList<>();
    List<CaseResult> announced = new ArrayList<>();
    AtomicInteger opened = new AtomicInteger();
    Case first = Case.of("do", "nothing", Callers.platform(1), 1);
    Case second = Case.of("do", "nothing", Callers.platform(2), 1);
    Contestant sound = contestant("do", stage -> number -> Thread.onSpinWait());
    Contestant failsOnce =
        new Contestant("fails once", Role.PEER, "as it comes", Set.of("do"), stage -> {
          if (opened.incrementAndGet() == 3) {
            throw new IllegalStateException("of the second leg");
          }
          return number -> Thread.onSpinWait();
        });
    Schedule twoLegs =
        new Schedule(2, 0, new Schedule.Turns(0, 0.02, 3), new Schedule.Turns(0, 1, 1), 1);
    List<CaseResult> results = new Tournament(
            List.of(sound, failsOnce),
            twoLegs,
            servers,
            contestant -> {
              Player player = new LocalPlayer(contestant);
              recruited.add(player);
              return player;
            },
            announced::add)
        .play(List.of(first, second));

    assertThat(recruited).hasSize(4).doesNotHaveDuplicates();
    assertThat(opened).hasValue(4);
    assertThat(results).isEqualTo(announced).hasSize(2);
    assertThat(results.get(0).scores().get(0).turns()).hasSize(6);
    assertThat(results.get(0).scores().get(1).failure()).endsWith("of the second leg");
    assertThat(results.get(1).scores().get(1).turns()).hasSize(6);
  }

  @Test
  void turns_one_after_another_add_up_in_time_and_turns_together_do_not() {
    Turn first = turn(10, 3_000);
    Turn second = turn(20, 5_000);
    assertThat(first.then(second).operations()).isEqualTo(30);
    assertThat(first.then(second).nanos()).isEqualTo(8_000);
    assertThat(first.plus(second).operations()).isEqualTo(30);
    assertThat(first.plus(second).nanos()).isEqualTo(5_000);
  }

  @Test
  void a_round_of_several_instances_takes_as_long_as_the_slowest_caller_of_all() {
    Case played = Case.of("do", "nothing", Callers.platform(2), 1).pace(Pace.LOCKSTEP);
    Turn here = turn(Map.of(1L, 5_000L, 2L, 7_000L, 3L, 1_000L));
    Turn there = turn(Map.of(1L, 90_000L, 2L, 6_000L, 3L, 80_000L));
    assertThat(here.plus(there).slowest()).isEqualTo(Map.of(1L, 90_000L, 2L, 7_000L, 3L, 80_000L));
    RedisMeter.Reading nothing = new RedisMeter.Reading(0, Map.of());
    assertThat(new Measurement(played, here.plus(there), nothing, 0).slowestMicros())
        .isEqualTo(80);
  }

  @Test
  void what_a_contestant_asks_before_and_after_a_turn_is_not_charged_to_it() {
    Case played = Case.of("do", "nothing", Callers.platform(1), 1);
    Contestant contestant = contestant("do", stage -> {
      RedisClient client = RedisClient.create(stage.uri());
      var commands = client.connect().sync();
      return new Act() {
        @Override
        public void begin() {
          commands.lpush("begun", "turn");
        }

        @Override
        public void perform(long number) {
          commands.incr("performed");
        }

        @Override
        public void check() {
          commands.lpop("begun");
        }

        @Override
        public void close() {
          client.shutdown();
        }
      };
    });
    try (Team team = new Team(contestant, 2, servers, () -> new LocalPlayer(contestant))) {
      team.prepare(played);
      Measurement measured = team.measure(played, 0.1);
      assertThat(measured.redis().commands()).containsOnlyKeys("incr");
    }
  }

  @Test
  void instances_of_a_contestant_play_together() {
    Case played = Case.of("do", "nothing", Callers.platform(1), 1).instances(2);
    Contestant contestant = contestant("do", stage -> number -> Thread.onSpinWait());
    assertThat(play(played, contestant).failure()).isNull();
  }

  @Test
  void a_contestant_plays_in_a_jvm_of_its_own_and_that_ends_with_its_input(@TempDir Path logs) {
    Suite suite = Suites.named("cache");
    Case played = suite.quickCases().stream()
        .filter(each -> !each.callers().virtual())
        .findFirst()
        .orElseThrow();
    Contestant contestant = suite.contestants().stream()
        .filter(each -> each.role() == Role.FLOOR && each.plays(played))
        .findFirst()
        .orElseThrow();
    RemotePlayer player = RemotePlayer.start(suite.name(), contestant.name(), logs.resolve("log"));
    ProcessHandle process = ProcessHandle.of(player.pid()).orElseThrow();
    player.prepare(played, servers.empty(2), 0);
    player.begin();
    Turn turn = player.play(0.1);
    player.check();
    assertThat(turn.operations()).isPositive();
    assertThat(turn.failures()).isZero();
    player.close();
    await().atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive());
  }

  @Test
  void the_page_is_made_of_the_results_that_are_kept(@TempDir Path folder) throws Exception {
    Case played = Case.of("do", "Nothing", Callers.platform(1), 1);
    CaseResult result = tournament(
            List.of(contestant("do", stage -> number -> Thread.onSpinWait())))
        .play(List.of(played))
        .get(0);
    Path results = Files.createDirectories(folder.resolve("results"));
    Path docs = Files.createDirectories(folder.resolve("docs"));
    SuiteResult kept = new SuiteResult(
        "suite",
        "Why?",
        false,
        false,
        SMOKE,
        Environment.of(redis, "none"),
        Map.of("contestant", "as it comes"),
        List.of(result),
        null);
    kept.writeTo(results);
    new Page(results, docs).write();
    assertThat(docs.resolve("benchmarks.md")).content().contains("## suite", "| contestant |");
    assertThat(docs.resolve("benchmarks/suite-do-1-platform.svg")).content().contains("<svg");
  }

  @Test
  void a_suite_may_have_a_postgresql_in_which_each_contestant_has_a_schema() throws Exception {
    try (PostgresServer postgres = PostgresServer.start(false);
        Servers both = new Servers(redis.uri(), postgres)) {
      Contestant contestant = contestant("do", stage -> {
        Connection connection = DriverManager.getConnection(stage.jdbcUrl());
        connection.createStatement().execute("CREATE TABLE done (id bigint)");
        return number -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO done VALUES (1)");
          }
        };
      });
      Score score = new Tournament(List.of(contestant), TICKS, both, LocalPlayer::new, result -> {})
          .play(List.of(Case.of("do", "an insert", Callers.platform(1), 1)))
          .get(0)
          .scores()
          .get(0);
      assertThat(score.failure()).isNull();
      assertThat(score.postgresMicros()).isPositive();
    }
  }

  private static Score play(Case played, Contestant contestant) {
    return tournament(List.of(contestant)).play(List.of(played)).get(0).scores().get(0);
  }

  private static Tournament tournament(List<Contestant> contestants) {
    return new Tournament(contestants, SMOKE, servers, LocalPlayer::new, result -> {});
  }

  private static Contestant contestant(String operation, Contestant.Opening opening) {
    return new Contestant("contestant", Role.FLOOR, "as it comes", Set.of(operation), opening);
  }

  private static Contestant lettuce(AtomicLong performed) {
    return contestant("get", stage -> {
      RedisClient client = RedisClient.create(stage.uri());
      var commands = client.connect().sync();
      for (int i = 0; i < stage.entries(); i++) {
        commands.set("key:" + i, "v".repeat(500));
      }
      return new Act() {
        @Override
        public void perform(long number) {
          commands.get("key:" + number);
          performed.incrementAndGet();
        }

        @Override
        public void close() {
          client.shutdown();
        }
      };
    });
  }

  private static Turn turn(long operations, long nanos) {
    String none = Latencies.encode(Latencies.none());
    return new Turn(operations, 0, 0, null, nanos, 0, 0, none, Map.of(), Map.of());
  }

  private static Turn turn(Map<Long, Long> slowest) {
    String none = Latencies.encode(Latencies.none());
    return new Turn(0, slowest.size(), 0, null, 1, 0, 0, none, slowest, Map.of());
  }

  private static Score score(double... turns) {
    return new Score(
        "any",
        Role.PEER,
        null,
        Ratio.median(turns),
        Arrays.stream(turns).boxed().toList(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        0,
        Map.of());
  }
}
