package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.limits.Decision.Denied;
import dev.forebay.limits.Decision.Reason;
import dev.forebay.limits.Decision.Source;
import dev.forebay.testing.CommandCalls;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A check is sent once, whatever becomes of its answer. */
@RedisTest
@Tag("RL1")
class LostAnswerTest {

  private static final String ALICE = "user:alice";
  private static final Set<Thread.State> WAITING =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  private static RateLimiter five(LimitsFixture instance) {
    return instance
        .limits
        .limiter("login")
        .limit(5, Duration.ofHours(1))
        .whenUnavailable(WhenUnavailable.CLOSED)
        .build();
  }

  private static Denied lost(FutureTask<Decision> check) throws Exception {
    return (Denied) check.get(1, TimeUnit.MINUTES);
  }

  @Test
  void a_check_whose_answer_is_lost_takes_once(
      @OwnServer EmbeddedRedis server, @OwnServer FaultProxy proxy) throws Exception {
    try (LimitsFixture instance = LimitsFixture.stepped(proxy.uri())) {
      RateLimiter limiter = five(instance);
      limiter.check("nobody");
      long before = CommandCalls.of(server, "eval", "evalsha");
      proxy.stall(Direction.TO_CLIENT);
      FutureTask<Decision> check = new FutureTask<>(() -> limiter.check(ALICE));
      new Thread(check).start();
      await().until(() -> CommandCalls.of(server, "eval", "evalsha") == before + 1);

      proxy.cut();
      proxy.heal();

      assertThat(lost(check).reason()).isEqualTo(Reason.UNAVAILABLE);
      await().until(() -> limiter.peek(ALICE).source() == Source.REDIS);
      assertThat(limiter.peek(ALICE).remaining()).isEqualTo(4);
    }
  }

  @Test
  @Tag("F14")
  void a_check_that_was_under_way_to_a_node_that_died_is_not_sent_again(
      @OwnServer EmbeddedCluster cluster) throws Exception {
    String uri = cluster.uri().replaceFirst("^redis://", "redis-cluster://");
    try (LimitsFixture instance = LimitsFixture.stepped(uri)) {
      RateLimiter limiter = five(instance);
      limiter.check("nobody");
      assertThat(limiter.peek(ALICE).source()).isEqualTo(Source.REDIS);
      String key = new LimitKeys("").stateOf("login", ALICE);
      EmbeddedRedis node = cluster.masterOf(EmbeddedCluster.slotOf(key));
      node.pause();
      FutureTask<Decision> check = new FutureTask<>(() -> limiter.check(ALICE));
      Thread asking = new Thread(check);
      asking.start();
      await().until(() -> WAITING.contains(asking.getState()));
      node.kill();
      node.restart();

      assertThat(lost(check).reason()).isEqualTo(Reason.UNAVAILABLE);
      cluster.awaitReady();
      await().until(() -> limiter.peek(ALICE).source() == Source.REDIS);
      assertThat(limiter.peek(ALICE).remaining()).isEqualTo(5);
    }
  }
}
