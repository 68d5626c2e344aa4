package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.ForebayException;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Among how many instances a limit is shared without Redis: three, with clocks that stand. */
@RedisTest
@Tag("RL5")
class InstanceCountTest {

  private static final Duration ALIVE = Duration.ofMillis(LimitNews.ALIVE_MILLIS);

  private final EmbeddedRedis server;

  @AutoClose
  private final LimitsFixture fixture;

  private final AtomicLong nanos = new AtomicLong();
  private final LimitNews one;
  private final LimitNews two;
  private final LimitNews three;

  InstanceCountTest(@OwnServer EmbeddedRedis server) {
    this.server = server;
    fixture = LimitsFixture.stepped(server.uri());
    one = instance();
    two = instance();
    three = instance();
  }

  private LimitNews instance() {
    return RateLimits.over(
            fixture.redis.commands(), "", () -> Long.toString(fixture.clock.get()), nanos::get)
        .oversight()
        .news();
  }

  @BeforeEach
  void beat() {
    for (int i = 0; i < 2; i++) {
      one.beat();
      two.beat();
      three.beat();
    }
    assertThat(one.instances()).isEqualTo(3);
  }

  private void advance(Duration step) {
    fixture.advance(step);
    nanos.addAndGet(step.toNanos());
  }

  @Test
  void others_are_gone_when_all_beats_of_three_seconds_told_so() {
    advance(ALIVE);
    one.beat();
    assertThat(one.instances()).isEqualTo(3);

    advance(ALIVE.minusMillis(1));
    one.beat();
    assertThat(one.instances()).isEqualTo(3);

    advance(Duration.ofMillis(1));
    one.beat();
    assertThat(one.instances()).isEqualTo(1);

    two.beat();
    one.beat();
    assertThat(one.instances()).isEqualTo(2);
  }

  @Test
  void who_comes_back_first_after_an_outage_does_not_take_the_others_for_gone() {
    advance(ALIVE);
    one.beat();
    server.stop();
    await().until(() -> fixture.redis.state() == ConnectionState.DISCONNECTED);
    advance(ALIVE);
    assertThatThrownBy(one::beat).isInstanceOf(ForebayException.class);
    server.restart();
    await().until(() -> fixture.redis.state() == ConnectionState.CONNECTED);

    one.beat();

    assertThat(one.instances()).isEqualTo(3);
    two.beat();
    assertThat(two.instances()).isEqualTo(3);
    three.beat();
    advance(ALIVE.minusMillis(1));
    one.beat();
    assertThat(one.instances()).isEqualTo(3);
  }
}
