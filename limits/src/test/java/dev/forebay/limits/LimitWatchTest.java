package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@RedisTest
@Isolated // it reads the log
@Tag("RL7")
class LimitWatchTest {

  private static final Limit ONE = new Limit(1, Duration.ofHours(1));
  private static final String MALLORY = "203.0.113.7";

  private final RedisNamespace namespace;
  private final LimitsFixture instance;
  private final RateLimiter login;
  private final List<Suspicion> told = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final LimitWatch watch;
  private final Logger logger = (Logger) LoggerFactory.getLogger(RateLimiter.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  LimitWatchTest(RedisNamespace namespace) {
    this.namespace = namespace;
    instance = LimitsFixture.stepped(namespace);
    login = instance.limits.limiter("login").limit(ONE).build();
    LimitListeners listeners = new LimitListeners();
    listeners.add(new LimitListener() {
      @Override
      public void onSuspicion(Suspicion suspicion) {
        told.add(suspicion);
        throw new IllegalStateException("a listener's own bug");
      }
    });
    watch = new LimitWatch(instance.limits.oversight().usage(), listeners, nanos::get);
  }

  @BeforeEach
  void captureLog() {
    log.start();
    logger.setLevel(Level.WARN);
    logger.setAdditive(false);
    logger.addAppender(log);
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    logger.setAdditive(true);
    logger.setLevel(null);
    instance.close();
  }

  private void deny(String endpoint, String subject, int times) {
    Decision.Denied denied = new Decision.Denied(
        "login", ONE, 0, ONE.window(), ONE.window(), Decision.Reason.LIMIT, Decision.Source.KNOWN);
    for (int i = 0; i < times; i++) {
      instance.limits.oversight().usage().count(endpoint, Map.of(login.charge(subject), denied));
    }
  }

  private void pass(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      watch.look();
    }
  }

  private List<String> suspicionsLogged() {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(message -> message.contains("may be an attack"))
        .toList();
  }

  @Test
  void a_subject_that_hammers_is_told_once_a_minute_and_logged_by_its_hash() {
    deny("GET /", MALLORY, Suspicion.HAMMERING_DENIALS - 1);
    watch.look();
    assertThat(told).isEmpty();

    deny("GET /", MALLORY, 1);
    pass(Duration.ofSeconds(3));
    assertThat(told)
        .contains(new Suspicion.Hammering("login", MALLORY, Suspicion.HAMMERING_DENIALS));
    assertThat(suspicionsLogged()).anyMatch(line -> line.contains("denied the subject with hash"));
    assertThat(log.list.toString()).doesNotContain(MALLORY);
    assertThat(told).hasSize(1);

    pass(Duration.ofMinutes(2));
    assertThat(told.stream().filter(Suspicion.Hammering.class::isInstance)).hasSize(1);
    deny("GET /", MALLORY, Suspicion.HAMMERING_DENIALS);
    pass(Duration.ofSeconds(1));
    assertThat(told.stream().filter(Suspicion.Hammering.class::isInstance)).hasSize(2);
  }

  @Test
  void many_subjects_at_one_endpoint_are_told() {
    for (int i = 0; i < 2 * Suspicion.MANY_SUBJECTS; i++) {
      deny("POST /login", "address " + i, 1);
      deny("GET /" + i, "address " + i, 1);
    }
    watch.look();
    watch.look();

    assertThat(told).singleElement().isInstanceOfSatisfying(Suspicion.ManySubjects.class, many -> {
      assertThat(many.endpoint()).isEqualTo("POST /login");
      assertThat(many.subjects()).isBetween(75L, 125L);
    });
    assertThat(suspicionsLogged()).hasSize(1);
  }

  @Test
  void a_sudden_rise_of_denials_is_told_and_a_steady_rate_is_not() {
    for (int i = 0; i < 60; i++) {
      deny("GET /", "address " + i, 40);
      pass(Duration.ofSeconds(10));
    }
    assertThat(told).isEmpty();

    for (int i = 0; i < 10; i++) {
      deny("GET /", "other " + i, 40);
    }
    pass(Duration.ofSeconds(10));
    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(Suspicion.DenialsRising.class, rising -> {
          assertThat(rising.limiter()).isEqualTo("login");
          assertThat(rising.denied()).isEqualTo(400);
          assertThat(rising.usual()).isBetween(30.0, 40.0);
        });
  }

  @Test
  void many_suspicions_are_one_line_a_burst_and_bounded() {
    for (int i = 0; i < 200; i++) {
      deny("GET /", "address " + i, Suspicion.HAMMERING_DENIALS);
    }
    watch.look();
    watch.look();

    assertThat(told.stream().filter(Suspicion.Hammering.class::isInstance))
        .hasSize(LimitWatch.MOST);
    assertThat(told.stream().filter(Suspicion.ManySubjects.class::isInstance)).hasSize(1);
    assertThat(suspicionsLogged()).hasSize(2);
  }

  @Test
  void an_application_is_told_by_its_listener() {
    List<Suspicion> heard = new CopyOnWriteArrayList<>();
    try (LimitsFixture live = LimitsFixture.on(namespace)) {
      live.limits.addListener(new LimitListener() {
        @Override
        public void onSuspicion(Suspicion suspicion) {
          heard.add(suspicion);
        }
      });
      RateLimiter api = live.limits.limiter("api").limit(ONE).build();
      for (int i = 0; i < 200; i++) {
        api.check(MALLORY);
      }

      await()
          .untilAsserted(() -> assertThat(heard)
              .anyMatch(suspicion -> suspicion instanceof Suspicion.Hammering hammering
                  && hammering.subject().equals(MALLORY)));
    }
  }
}
