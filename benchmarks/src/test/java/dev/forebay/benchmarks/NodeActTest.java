package dev.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.forebay.embedded.EmbeddedRedis;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class NodeActTest {

  private static final Schedule SMOKE = Schedule.of(0, 0.05, 0.1, 2);

  private static EmbeddedRedis redis;
  private static Servers servers;

  @BeforeAll
  static void start() {
    redis = EmbeddedRedis.start();
    servers = new Servers(redis.uri(), null);
  }

  @AfterAll
  static void end() {
    servers.close();
    redis.close();
  }

  @Test
  void a_contestant_whose_package_is_not_installed_is_skipped_with_a_line_that_says_so() {
    CaseResult result = play(contestant("no-such-package"), nothing());
    assertThat(result.scores().get(0).failure())
        .startsWith("skipped: npm package 'no-such-package' is not installed");
    assertThat(Table.of(result).forConsole()).contains("skipped: npm");
  }

  @TestFactory
  Stream<DynamicTest> the_peers_in_node_play_their_quick_cases_and_count_right() {
    return Stream.of(
            new Peer("limits", "rate-limiter-flexible", "rate-limiter-flexible"),
            new Peer("limits", "rate-limiter-flexible, blocking", "rate-limiter-flexible"),
            new Peer("jobs", "bullmq", "bullmq"))
        .map(peer -> DynamicTest.dynamicTest(peer.contestant(), () -> {
          assumeTrue(NodeAct.hasPackage(peer.npm()), () -> peer.npm() + " is not installed");
          Suite suite = Suites.named(peer.suite());
          Contestant contestant = suite.contestants().stream()
              .filter(each -> each.name().equals(peer.contestant()))
              .findFirst()
              .orElseThrow();
          suite.quickCases().stream()
              .filter(contestant::plays)
              .forEach(played -> assertPlays(contestant, played));
        }));
  }

  private record Peer(String suite, String contestant, String npm) {}

  private static void assertPlays(Contestant contestant, Case played) {
    Score score = play(contestant, played).scores().get(0);
    assertThat(score.failure()).as(played.name()).isNull();
    assertThat(score.perSecond()).as(played.name()).isPositive();
    assertThat(score.jvmMicros()).as(played.name()).isPositive();
    assertThat(score.p50Micros()).as(played.name()).isPositive();
  }

  @Test
  void an_outsider_performs_nothing_for_callers_of_the_jvm() {
    Outsider outsider = seconds -> new Outsider.Played(1, 1, 0, null, Map.of());
    assertThatThrownBy(() -> outsider.perform(1)).hasMessageContaining("whole turns");
  }

  @Test
  void what_an_outsider_measured_stands_in_the_table() {
    Outsider outsider =
        seconds -> new Outsider.Played(1_000_000_000, 500_000_000, 0, null, Map.of(2_000L, 1_000L));
    Score score = play(
            new Contestant("outsider", Role.PEER, "fixed", Set.of("do"), stage -> outsider),
            nothing())
        .scores()
        .get(0);
    assertThat(score.perSecond()).isEqualTo(1_000);
    assertThat(score.jvmMicros()).isEqualTo(500);
    assertThat(score.p50Micros()).isBetween(1.9, 2.1);
  }

  private static CaseResult play(Contestant contestant, Case played) {
    return new Tournament(List.of(contestant), SMOKE, servers, LocalPlayer::new, result -> {})
        .play(List.of(played))
        .get(0);
  }

  private static Contestant contestant(String npm) {
    return new Contestant(
        "absent",
        Role.PEER,
        "as it comes",
        Set.of("do"),
        NodeAct.opening("limits.mjs", Map.of(), npm));
  }

  private static Case nothing() {
    return Case.of("do", "nothing", Callers.platform(1), 1);
  }
}
