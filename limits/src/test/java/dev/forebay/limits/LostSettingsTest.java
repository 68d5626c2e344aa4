package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.RedisSettings;
import dev.forebay.testing.Direction;
import dev.forebay.testing.FaultProxy;
import dev.forebay.testing.OwnServer;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Redis loses its data, and with it who is blocked and allowed. */
@RedisTest
class LostSettingsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Limit THREE = new Limit(3, HOUR);

  /** Parts and a piece of one. */
  private static final int MANY = 4 * StoredSettings.PART + 7;

  private static void follow(LimitsFixture instance) {
    LimitNews news = instance.limits.oversight().news();
    news.beat();
    news.follow();
  }

  private static void list(LimitsFixture instance, int subjects) {
    Map<String, Long> listed = new HashMap<>();
    for (int i = 0; i < subjects; i++) {
      listed.put("subject " + i, i % 2 == 0 ? -1L : HOUR.toMillis());
    }
    NewsScripts scripts = new NewsScripts(instance.redis.commands(), new LimitKeys(""));
    scripts.restore(0, true, Map.of(), listed).await();
  }

  private static RateLimiter api(LimitsFixture instance) {
    return instance.limits.limiter("api").limit(1, HOUR).build();
  }

  private static LimitsFixture impatient(FaultProxy proxy) {
    return LimitsFixture.stepped(RedisSettings.builder()
        .uri(proxy.uri())
        .commandTimeout(Duration.ofSeconds(5))
        .build());
  }

  private static void awaitFollowed(LimitsFixture instance) {
    await().ignoreExceptionsInstanceOf(ForebayException.class).until(() -> {
      follow(instance);
      return !instance.limits.oversight().news().isBehind();
    });
  }

  @Test
  void damaged_settings_keep_no_limit_from_counting(@OwnServer EmbeddedRedis server) {
    server.endpoint().database(3).execute("HSET", new LimitKeys("").version(), "number", "damaged");
    try (LimitsFixture instance = LimitsFixture.on(server.uri())) {
      RateLimiter limiter = api(instance);

      assertThat(limiter.check("alice").isAllowed()).isTrue();
      assertThat(limiter.check("alice").isAllowed()).isFalse();
    }
  }

  @Test
  void what_is_put_back_in_part_is_nobody_s_truth_and_is_put_back_again(
      @OwnServer EmbeddedRedis server) {
    try (FaultProxy proxy = FaultProxy.before(server);
        LimitsFixture here = impatient(proxy);
        LimitsFixture there = LimitsFixture.stepped(server.uri())) {
      list(there, MANY);
      api(there);
      api(here);
      there.limits.change("api", THREE);
      follow(there);
      follow(here);
      assertThat(here.limits.listed()).hasSize(MANY);
      server.execute("FLUSHALL");

      LimitNews news = here.limits.oversight().news();
      news.beat();
      proxy.cutAfter(Direction.TO_SERVER, 40_000);
      assertThatThrownBy(news::follow).isInstanceOf(ForebayException.class);
      assertThat(here.limits.listed()).hasSize(MANY);

      try (LimitsFixture ignorant = LimitsFixture.on(server.uri())) {
        assertThat(ignorant.limits.listed()).hasSizeBetween(1, MANY - 1);
        awaitFollowed(here);
        awaitFollowed(there);
        for (LimitsFixture instance : List.of(here, there)) {
          assertThat(instance.limits.listed()).hasSize(MANY);
          assertThat(instance.limits.find("api").orElseThrow().limit()).isEqualTo(THREE);
        }
        await().until(() -> ignorant.limits.listed().size() == MANY);
        assertThat(api(ignorant).limit()).isEqualTo(THREE);
      }
      assertThat(here.limits.listed()).filteredOn(Listing::isBlocked).hasSize(MANY / 2);
    }
  }

  @Test
  void another_instance_keeps_what_it_knows_while_it_is_put_back(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.stepped(server.uri())) {
      list(here, MANY);
      follow(here);
      server.execute("FLUSHALL");
      NewsScripts scripts = new NewsScripts(here.redis.commands(), new LimitKeys(""));
      scripts.restore(0, false, Map.of(), Map.of("subject 1", -1L)).await();

      follow(here);
      assertThat(here.limits.listed()).hasSize(MANY);
      follow(here);

      // There already is what another one has put back.
      assertThat(here.limits.listed()).contains(new Listing("subject 1", null));
      assertThat(here.limits.listed()).hasSize(MANY);
      assertThat(here.limits.oversight().news().isBehind()).isFalse();
    }
  }

  @Test
  void a_last_part_whose_answer_was_lost_is_known_to_have_been_taken(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.stepped(server.uri())) {
      here.limits.block("mallory", HOUR);
      follow(here);
      server.execute("FLUSHALL");
      NewsScripts scripts = new NewsScripts(here.redis.commands(), new LimitKeys(""));
      Map<String, Long> listed = Map.of("mallory", HOUR.toMillis());
      assertThat(scripts.restore(0, true, Map.of(), listed).await().text()).isEqualTo("TAKEN");

      assertThat(scripts.restore(0, true, Map.of(), listed).await().text()).isEqualTo("CHANGED");
      follow(here);

      assertThat(here.limits.oversight().news().isBehind()).isFalse();
      assertThat(here.limits.listed()).hasSize(1);
    }
  }

  @Test
  void what_was_changed_since_the_loss_stays_beside_what_is_put_back(
      @OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.stepped(server.uri())) {
      RateLimiter mine = api(here);
      here.limits.change("api", THREE);
      here.limits.block("mallory", HOUR);
      here.limits.allow("monitor");
      follow(here);
      server.execute("FLUSHALL");
      try (LimitsFixture ignorant = LimitsFixture.stepped(server.uri())) {
        RateLimiter theirs = api(ignorant);
        ignorant.limits.block("eve", HOUR);
        ignorant.limits.block("monitor", HOUR);

        follow(here);
        follow(here);
        follow(ignorant);

        for (LimitsFixture instance : List.of(here, ignorant)) {
          assertThat(instance.limits.listed())
              .extracting(Listing::subject, Listing::isBlocked)
              .containsExactly(tuple("eve", true), tuple("mallory", true), tuple("monitor", true));
        }
        assertThat(mine.limit()).isEqualTo(THREE);
        assertThat(theirs.limit()).isEqualTo(THREE);
      }
    }
  }

  @Test
  void what_is_unlisted_while_it_is_put_back_stays_so(@OwnServer EmbeddedRedis server) {
    try (LimitsFixture here = LimitsFixture.stepped(server.uri())) {
      NewsScripts scripts = new NewsScripts(here.redis.commands(), new LimitKeys(""));
      assertThat(scripts
              .restore(0, false, Map.of("api", "3 1000"), Map.of("mallory", -1L))
              .await()
              .text())
          .isEqualTo("TAKEN");

      here.limits.disallow("mallory");

      assertThat(
              scripts.restore(0, true, Map.of(), Map.of("mallory", -1L)).await().text())
          .isEqualTo("CHANGED");
      follow(here);
      assertThat(here.limits.listed()).isEmpty();
    }
  }
}
