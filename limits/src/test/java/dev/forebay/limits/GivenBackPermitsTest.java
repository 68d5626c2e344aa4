package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a check that another limit denies leaves of what it took. */
@RedisTest
class GivenBackPermitsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String ALICE = "user:alice";
  private static final String ADDRESS = "203.0.113.7";

  @AutoClose
  private final LimitsFixture instance;

  GivenBackPermitsTest(RedisNamespace namespace) {
    instance = LimitsFixture.stepped(namespace);
  }

  @Test
  void a_limit_in_shadow_counts_only_what_the_others_allow() {
    RateLimiter enforced = instance.limits.limiter("enforced").limit(1, HOUR).build();
    RateLimiter shadow =
        instance.limits.limiter("shadow").limit(5, HOUR).shadow().build();
    List<Charge> both = List.of(enforced.charge(ALICE), shadow.charge(ALICE));

    assertThat(instance.limits.check(both).isAllowed()).isTrue();
    Decisions denied = instance.limits.check(both);

    assertThat(denied.isAllowed()).isFalse();
    assertThat(denied.all().get(1).remaining()).isEqualTo(4);
    assertThat(shadow.peek(ALICE).remaining()).isEqualTo(4);
  }

  @Test
  void a_limit_in_shadow_takes_nothing_from_the_others_where_it_would_deny() {
    RateLimiter enforced = instance.limits.limiter("enforced").limit(5, HOUR).build();
    RateLimiter shadow =
        instance.limits.limiter("shadow").limit(1, HOUR).shadow().build();
    List<Charge> both = List.of(enforced.charge(ALICE), shadow.charge(ALICE));

    for (int i = 0; i < 3; i++) {
      assertThat(instance.limits.check(both).isAllowed()).isTrue();
    }

    assertThat(enforced.peek(ALICE).remaining()).isEqualTo(2);
  }

  @Test
  void what_another_subjects_limit_denied_goes_back() {
    assertThat(remainingAfterDenial(Duration.ofMinutes(59))).isEqualTo(5);
  }

  @Test
  void what_has_expired_before_another_subjects_limit_denied_is_not_taken_from_others() {
    assertThat(remainingAfterDenial(HOUR)).isEqualTo(4);
  }

  @Test
  void what_limits_of_several_subjects_took_goes_back_in_one_round_trip() {
    List<String> steps = new ArrayList<>();
    RateLimits limits = RateLimits.over(
        tellingRefunds(instance.redis.commands(), steps),
        instance.redis.settings().keyPrefix(),
        () -> Long.toString(instance.clock.get()));
    List<Charge> charges = new ArrayList<>();
    for (String name : List.of("users", "teams", "tenants", "addresses")) {
      charges.add(limits.limiter(name).limit(5, HOUR).build().charge("any of " + name));
    }
    charges.get(3).limiter().check(charges.get(3).subject(), 5);

    assertThat(limits.check(charges).isAllowed()).isFalse();

    assertThat(steps).containsExactly("sent", "sent", "sent", "awaited", "awaited", "awaited");
    for (Charge charge : charges.subList(0, 3)) {
      assertThat(charge.limiter().peek(charge.subject()).remaining()).isEqualTo(5);
    }
  }

  private static RedisCommands tellingRefunds(RedisCommands redis, List<String> steps) {
    return (RedisCommands) Proxy.newProxyInstance(
        RedisCommands.class.getClassLoader(),
        new Class<?>[] {RedisCommands.class},
        (self, method, arguments) -> {
          Object reply = method.invoke(redis, arguments);
          if (!method.getName().equals("eval") || !isRefund((List<?>) arguments[2])) {
            return reply;
          }
          steps.add("sent");
          Reply<Object> told = () -> {
            steps.add("awaited");
            return ((Reply<?>) reply).await();
          };
          return told;
        });
  }

  private static boolean isRefund(List<?> arguments) {
    return arguments.size() > 1
        && arguments.get(1) instanceof byte[] mode
        && new String(mode, StandardCharsets.US_ASCII).equals("refund");
  }

  /**
   * Returns what a limit of 5 has left after a check that another one denied.
   *
   * @param passing how long it took, by the clock of the instance
   */
  private long remainingAfterDenial(Duration passing) {
    AtomicLong nanos = new AtomicLong();
    RateLimits limits = RateLimits.over(
        instance.redis.commands(),
        instance.redis.settings().keyPrefix(),
        () -> Long.toString(instance.clock.get()),
        () -> nanos.getAndAdd(passing.toNanos()));
    RateLimiter users = limits.limiter("users").limit(5, HOUR).build();
    RateLimiter addresses = limits.limiter("addresses").limit(1, HOUR).build();
    addresses.check(ADDRESS);

    assertThat(limits
            .check(List.of(users.charge(ALICE), addresses.charge(ADDRESS)))
            .isAllowed())
        .isFalse();

    return users.peek(ALICE).remaining();
  }
}
