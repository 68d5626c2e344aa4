package dev.forebay.limits;

import static dev.forebay.limits.SharedLimitProcess.limiter;
import static dev.forebay.limits.SharedLimitProcess.subject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import dev.forebay.limits.SharedLimitProcess.Admitted;
import dev.forebay.testing.ChildJvm;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This process and another one, 64 threads each, take the permits of the same subjects. */
@RedisTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SharedLimitTest {

  private static final int SUBJECTS = 50;
  private static final int ROUNDS = Integer.getInteger("forebay.limits.races", 3);
  /** Where one of the processes waits for a processor, they meet in few subjects of a round. */
  private static final int MOST_ROUNDS = ROUNDS + 50;

  private static final int CONTESTED = 10;
  private static final int CUT_SUBJECTS = 100;
  // Longer than the test, so that not one more may pass.
  private static final Duration HOUR = Duration.ofHours(1);

  private final RedisNamespace namespace;

  SharedLimitTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  /** A limit of 100 is a log of all times, one of 200 is counted per part of the window. */
  @ParameterizedTest
  @ValueSource(longs = {100, 200})
  @Tag("RL1")
  @Tag("F14")
  void two_processes_admit_as_many_as_the_limit_says(long permits) throws Exception {
    Limit limit = new Limit(permits, HOUR);
    try (LimitsFixture here = LimitsFixture.on(namespace);
        ChildJvm there = SharedLimitProcess.start(namespace.uri(), namespace.keyPrefix(), limit)) {
      RateLimiter limiter = limiter(here, limit);
      long contested = 0;
      for (int round = 0;
          round < ROUNDS || (contested < CONTESTED && round < MOST_ROUNDS);
          round++) {
        int first = round * SUBJECTS;
        Admitted admitted = SharedLimitProcess.together(limiter, there, first, SUBJECTS);
        for (int i = 0; i < SUBJECTS; i++) {
          assertThat(admitted.of(i)).as("permits of %s", subject(first + i)).isEqualTo(permits);
        }
        contested += admitted.contested();
      }
      assertThat(contested)
          .as("subjects of which both processes got permits")
          .isGreaterThanOrEqualTo(CONTESTED);
    }
  }

  @Test
  @Tag("RL1")
  void connections_that_break_cost_permits_but_admit_not_one_more(
      @OwnServer EmbeddedRedis server, @OwnServer FaultProxy proxy) throws Exception {
    Limit limit = new Limit(100, HOUR);
    try (LimitsFixture here = LimitsFixture.on(proxy.uri());
        ChildJvm there = SharedLimitProcess.start(proxy.uri(), "", limit)) {
      RateLimiter limiter = limiter(here, limit);
      long connections = proxy.totalConnections();
      AtomicBoolean racing = new AtomicBoolean(true);
      Thread breaking = new Thread(() -> {
        while (racing.get()) {
          long before = proxy.totalConnections();
          proxy.cutAfter(10_000);
          await()
              .pollInterval(Duration.ofMillis(5))
              .until(() -> !racing.get() || proxy.totalConnections() > before);
        }
      });
      breaking.start();
      Admitted admitted;
      try {
        admitted = SharedLimitProcess.together(limiter, there, 0, CUT_SUBJECTS);
      } finally {
        racing.set(false);
        breaking.join();
      }

      assertThat(proxy.totalConnections() - connections).as("cuts").isGreaterThan(5);
      proxy.heal();
      await().until(() -> limiter.peek(subject(0)).source() == Decision.Source.REDIS);
      long sum = 0;
      for (int i = 0; i < CUT_SUBJECTS; i++) {
        Decision left = limiter.peek(subject(i));
        assertThat(admitted.of(i))
            .as("permits of %s", subject(i))
            .isLessThanOrEqualTo(limit.permits() - left.remaining());
        sum += admitted.of(i);
      }
      assertThat(sum).as("permits whose answers arrived").isGreaterThan(CUT_SUBJECTS);
    }
  }

  @Test
  @Tag("RL1")
  void a_failover_forgets_no_more_than_the_new_master_had_not_seen(
      @OwnServer EmbeddedSentinel sentinel) throws Exception {
    Limit limit = new Limit(100, HOUR);
    try (LimitsFixture here = LimitsFixture.on(sentinel.uri());
        ChildJvm there = SharedLimitProcess.start(sentinel.uri(), "", limit)) {
      RateLimiter limiter = limiter(here, limit);
      take(60, limiter, subject(0));
      take(60, limiter, subject(1));
      EmbeddedRedis master = sentinel.master();
      List<EmbeddedRedis> replicas = sentinel.replicas();
      assertThat(master
              .endpoint()
              .executeAll(List.of(
                  new String[] {"SET", "all before", "seen"}, new String[] {"WAIT", "2", "10000"})))
          .endsWith(2L);
      // From here on they hear nothing from it.
      replicas.forEach(EmbeddedRedis::pause);
      master.execute("CLIENT", "KILL", "TYPE", "replica");
      take(20, limiter, subject(1));
      // Both processes ask it until its end, and it counts nothing more: it is known what is lost.
      master.execute("CLIENT", "PAUSE", "600000", "WRITE");
      CompletableFuture<Admitted> race = SharedLimitProcess.begin(limiter, there, 0, 2);
      await().until(() -> waiting(master) >= 2);
      master.kill();
      replicas.forEach(EmbeddedRedis::resume);
      Admitted admitted = race.join();

      assertThat(60 + admitted.of(0)).as("all was seen").isBetween(61L, 100L);
      assertThat(80 + admitted.of(1)).as("20 were not seen").isBetween(101L, 120L);
      assertThat(here.limits.usage().limiter("shared").withoutRedis())
          .as("checks while there was no master")
          .isPositive();
    }
  }

  /** Returns how many connections wait for an answer. */
  private static int waiting(EmbeddedRedis server) {
    String clients = String.valueOf(server.execute("INFO", "clients"));
    return Integer.parseInt(clients.replaceFirst("(?s).*blocked_clients:([0-9]+).*", "$1"));
  }

  private static void take(int permits, RateLimiter limiter, String subject) {
    for (int i = 0; i < permits; i++) {
      assertThat(limiter.check(subject).isAllowed()).as("permit %d", i).isTrue();
    }
  }
}
