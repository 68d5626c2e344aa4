package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.cache.AuditedOperation.Action;
import dev.forebay.cache.AuditedOperation.Outcome;
import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.redis.spi.KeyTemplate;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import dev.forebay.testing.SteppedClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Who may administer a cache, and what is kept on record. */
@RedisTest
@Tag("C11")
@Tag("F17")
class AdministrationTest {

  private static final Event FETE = new Event(1, "Fête");
  private static final String EVENT_1 = "c46a902b604b50da";

  @AutoClose
  private final CachesFixture instance;

  private final Cache<Long, Event> events;
  private final SteppedClock clock = new SteppedClock();
  private final List<AuditedOperation> audit = new ArrayList<>();
  private final AtomicReference<String> actor = new AtomicReference<>("ann");

  AdministrationTest(RedisNamespace namespace) {
    this.instance = CachesFixture.on(namespace);
    this.events = instance.events();
  }

  @Test
  void a_deletion_by_pattern_needs_the_right_and_is_recorded() {
    Cache<Long, Event> administered = administered(false, (who, right, cache) -> who.equals("ann"));
    events.putAll(Map.of(1L, FETE, 2L, FETE));
    actor.set("bob");

    assertThatThrownBy(() -> administered.deleteMatching("event:*"))
        .isInstanceOf(CacheAccessDeniedException.class)
        .hasMessageContaining("'bob' lacks the right DELETE_MATCHING on cache 'events'");
    assertThat(events.exists(1L)).isTrue();
    actor.set("ann");
    assertThat(administered.deleteMatching("event:*")).isEqualTo(2);

    assertThat(audit)
        .containsExactly(
            operation("bob", Action.DELETE_MATCHING, List.of(), "event:*", 0, Outcome.DENIED),
            operation("ann", Action.DELETE_MATCHING, List.of(), "event:*", 2, Outcome.DONE));
  }

  @Test
  void every_write_and_deletion_is_recorded_where_the_cache_asks_for_it() {
    Cache<Long, Event> administered = administered(true, CacheAccess.all());
    Map<Long, Event> many = new LinkedHashMap<>();
    LongStream.rangeClosed(1, 25).forEach(id -> many.put(id, FETE));

    administered.getOrLoad(1L, id -> FETE);
    administered.put(1L, FETE);
    administered.putAll(many);
    administered.expire(1L, TtlClass.LONG.duration());
    administered.delete(1L);
    administered.deleteAll(List.of(2L, 2L, 99L));
    administered.deleteAll(List.of());
    administered.deleteTagged(List.of("fairs", "fairs", "town"));
    administered.deleteTagged(List.of());
    administered.put(1L, FETE, TtlClass.LONG.duration());
    administered.writeThrough(1L, FETE, (key, event) -> {});
    administered.writeAround(1L, FETE, (key, event) -> {});
    administered.beginInvalidation(List.of(1L, 2L)).close();

    assertThat(audit)
        .extracting(AuditedOperation::action)
        .containsExactly(
            Action.PUT,
            Action.PUT,
            Action.EXPIRE,
            Action.DELETE,
            Action.DELETE,
            Action.DELETE_TAGGED,
            Action.PUT,
            Action.PUT,
            Action.DELETE,
            Action.DELETE);
    assertThat(audit)
        .extracting(AuditedOperation::count)
        .containsExactly(1L, 25L, 1L, 1L, 2L, 2L, 1L, 1L, 1L, 2L);
    assertThat(audit).extracting(AuditedOperation::outcome).containsOnly(Outcome.DONE);
    assertThat(audit.get(1).keys()).hasSize(10);
    assertThat(audit.get(0).keys()).containsExactly(EVENT_1);
    assertThat(audit.get(5).keys()).hasSize(2);
    assertThat(audit.toString()).doesNotContain("event:", "Fête", "town");
  }

  @Test
  void a_cache_that_does_not_ask_for_it_records_no_writes() {
    Cache<Long, Event> administered = administered(false, CacheAccess.all());

    administered.put(1L, FETE);
    administered.delete(1L);
    administered.deleteTagged("fairs");

    assertThat(audit).isEmpty();
  }

  @Test
  void it_is_configured_once_for_all_caches_before_the_first() {
    assertThatThrownBy(() -> instance.caches.administer(audit::add, actor::get, CacheAccess.all()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[events] exist already");
    try (Caches caches = Caches.on(instance.redis)) {
      CacheBuilder<Long, String> texts =
          caches.cache("texts").key("text:{id}", Long.class).value(String.class).audited();
      assertThatThrownBy(texts::build)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("CacheAudit.toLog()");
      caches.administer(audit::add, actor::get, (who, right, cache) -> false);

      Cache<Long, String> cache = texts.build();
      cache.put(1L, "one");

      assertThatThrownBy(() -> cache.deleteMatching("text:*"))
          .isInstanceOf(CacheAccessDeniedException.class);
      assertThat(audit)
          .extracting(AuditedOperation::action)
          .containsExactly(Action.PUT, Action.DELETE_MATCHING);
    }
  }

  @Test
  void clearing_and_switching_need_their_rights_and_are_recorded() {
    try (Caches caches = Caches.on(instance.redis)) {
      caches.administer(audit::add, actor::get, (who, right, cache) -> who.equals("ann"));
      Cache<Long, String> texts =
          caches.cache("texts").key("text:{id}", Long.class).value(String.class).build();
      texts.put(1L, "one");
      actor.set("bob");

      assertThatThrownBy(texts::clear)
          .isInstanceOf(CacheAccessDeniedException.class)
          .hasMessageContaining("'bob' lacks the right CLEAR on cache 'texts'");
      assertThatThrownBy(() -> caches.switches().set("texts", CacheMode.off()))
          .isInstanceOf(CacheAccessDeniedException.class)
          .hasMessageContaining("'bob' lacks the right SWITCH on cache 'texts'");
      assertThat(texts.get(1L)).contains("one");

      actor.set("ann");
      assertThat(caches.switches().set("texts", CacheMode.off())).isTrue();
      assertThat(texts.get(1L)).isEmpty();
      assertThat(caches.switches().set("texts", CacheMode.on())).isTrue();
      assertThat(texts.get(1L)).contains("one");
      texts.clear();
      assertThat(texts.get(1L)).isEmpty();

      assertThat(audit)
          .extracting(
              AuditedOperation::actor,
              AuditedOperation::action,
              operation -> operation.pattern().orElse(""),
              AuditedOperation::outcome)
          .containsExactly(
              tuple("bob", Action.CLEAR, "", Outcome.DENIED),
              tuple("bob", Action.SWITCH, "off", Outcome.DENIED),
              tuple("ann", Action.SWITCH, "off", Outcome.DONE),
              tuple("ann", Action.SWITCH, "on", Outcome.DONE),
              tuple("ann", Action.CLEAR, "", Outcome.DONE));
    }
  }

  @Test
  void what_fails_is_recorded_as_failed() {
    Cache<Long, Event> administered = administered(true, CacheAccess.all());

    assertThatThrownBy(() -> administered.deleteMatching("other:*"))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(audit)
        .containsExactly(
            operation("ann", Action.DELETE_MATCHING, List.of(), "other:*", 0, Outcome.FAILED));
  }

  @Test
  void a_write_that_the_source_refuses_is_recorded_as_failed() {
    Cache<Long, Event> administered = administered(true, CacheAccess.all());
    Writer<Long, Event, IllegalStateException> full = (key, event) -> {
      throw new IllegalStateException("disk full");
    };

    assertThatThrownBy(() -> administered.writeThrough(1L, FETE, full)).hasMessage("disk full");
    assertThatThrownBy(() -> administered.writeAround(1L, FETE, full)).hasMessage("disk full");

    assertThat(audit)
        .extracting(AuditedOperation::action, AuditedOperation::keys, AuditedOperation::outcome)
        .containsExactly(
            tuple(Action.PUT, List.of(EVENT_1), Outcome.FAILED),
            tuple(Action.DELETE, List.of(EVENT_1), Outcome.FAILED));
  }

  record Draft(Optional<String> user, int page) {}

  @Test
  void what_has_no_name_is_recorded_as_failed_and_told_as_by_any_cache() {
    try (Caches caches = Caches.on(instance.redis)) {
      caches.administer(audit::add, actor::get, CacheAccess.all());
      Cache<Draft, String> drafts = caches
          .cache("drafts")
          .key("user:{user}:drafts:{page}", Draft.class)
          .value(String.class)
          .isolatedBy("user")
          .audited()
          .build();
      Draft nobodys = new Draft(Optional.empty(), 1);
      Draft anns = new Draft(Optional.of("ann"), 1);
      List<ThrowingCallable> refused = List.of(
          () -> drafts.put(nobodys, "text"),
          () -> drafts.put(nobodys, "text", TtlClass.LONG.duration()),
          () -> drafts.putAll(Map.of(nobodys, "text")),
          () -> drafts.delete(nobodys),
          () -> drafts.deleteAll(List.of(nobodys)),
          () -> drafts.expire(nobodys, TtlClass.LONG.duration()),
          () -> drafts.writeThrough(nobodys, "text", (key, value) -> {}),
          () -> drafts.writeAround(nobodys, "text", (key, value) -> {}),
          () -> drafts.beginInvalidation(List.of(nobodys)));
      for (ThrowingCallable operation : refused) {
        audit.clear();
        assertThatThrownBy(operation)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("Cache 'drafts'")
            .hasMessageContaining("nothing for {user}");
        assertThat(audit)
            .extracting(AuditedOperation::keys, AuditedOperation::count, AuditedOperation::outcome)
            .containsExactly(tuple(List.of(), 1L, Outcome.FAILED));
      }

      audit.clear();
      assertThatThrownBy(() -> drafts.deleteAll(List.of(nobodys, anns)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(audit).extracting(AuditedOperation::count).containsExactly(2L);
      assertThat(audit.get(0).keys()).hasSize(1);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void a_null_key_or_tag_is_told_what_to_do_whether_or_not_it_is_recorded() {
    for (boolean recordsWrites : List.of(true, false)) {
      Cache<Long, Event> administered = administered(recordsWrites, CacheAccess.all());
      List<ThrowingCallable> refused = List.of(
          () -> administered.put(null, FETE),
          () -> administered.delete(null),
          () -> administered.expire(null, TtlClass.LONG.duration()),
          () -> administered.writeThrough(null, FETE, (key, value) -> {}),
          () -> administered.writeAround(null, FETE, (key, value) -> {}));
      for (ThrowingCallable operation : refused) {
        assertThatThrownBy(operation)
            .isInstanceOf(NullPointerException.class)
            .hasMessageContaining("Cache 'events' was given a null key");
      }
      assertThatThrownBy(() -> administered.deleteTagged((String) null))
          .hasMessageContaining("Cache 'events' was given a null tag");
    }
    assertThat(audit).hasSize(6).allSatisfy(operation -> {
      assertThat(operation.keys()).isEmpty();
      assertThat(operation.outcome()).isEqualTo(Outcome.FAILED);
    });
  }

  @Test
  void an_audit_or_actor_that_fails_changes_nothing() {
    CacheAdministration failing = new CacheAdministration(
        operation -> {
          throw new IllegalStateException("the audit's own bug");
        },
        () -> {
          throw new IllegalStateException("nobody is signed in");
        },
        CacheAccess.all(),
        clock);
    Cache<Long, Event> administered =
        new AdministeredCache<>(events, KeyTemplate.parse("event:{id}", Long.class), failing, true);

    administered.put(1L, FETE);

    assertThat(administered.get(1L)).contains(FETE);
    assertThatThrownBy(() -> administered.deleteMatching("event:*"))
        .as("without an actor nothing is permitted")
        .hasMessage("nobody is signed in");
    assertThat(events.exists(1L)).isTrue();
  }

  @Test
  @ResourceLock("dev.forebay.cache.audit")
  void the_log_has_it_as_key_value_pairs_on_one_line() {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.forebay.cache.audit");
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(appender);
    try {
      actor.set("ann\n2026-01-01 INFO forged");
      Cache<Long, Event> administered = new AdministeredCache<>(
          events,
          KeyTemplate.parse("event:{id}", Long.class),
          new CacheAdministration(CacheAudit.toLog(), actor::get, CacheAccess.all(), clock),
          true);

      administered.delete(1L);
      administered.deleteMatching("event:*");
    } finally {
      logger.detachAppender(appender);
    }

    assertThat(appender.list).hasSize(2);
    ILoggingEvent deletion = appender.list.get(0);
    assertThat(deletion.getFormattedMessage())
        .isEqualTo("DELETE by 'ann?2026-01-01 INFO forged' on cache 'events': DONE, 1 entries");
    assertThat(deletion.getKeyValuePairs())
        .contains(
            new KeyValuePair("action", Action.DELETE),
            new KeyValuePair("cache", "events"),
            new KeyValuePair("count", 1L),
            new KeyValuePair("keys", EVENT_1));
    assertThat(appender.list.get(1).getKeyValuePairs())
        .contains(new KeyValuePair("pattern", "event:*"));
  }

  @Test
  void a_read_only_view_reads_and_loads_but_never_writes() {
    Cache<Long, Event> view = events.readOnly();
    events.put(1L, FETE);

    assertThat(view.get(1L)).contains(FETE);
    assertThat(view.exists(1L)).isTrue();
    assertThat(view.ttl(1L)).isPresent();
    assertThat(view.findMatching("event:*", 10)).containsExactly("event:1");
    assertThat(view.getOrLoad(1L, id -> new Event(id, "loaded"))).isEqualTo(FETE);
    assertThat(view.getOrLoad(2L, id -> new Event(id, "loaded")).title()).isEqualTo("loaded");
    assertThat(view.getAllOrLoad(List.of(3L, 1L), ids -> {
          assertThat(ids).containsExactly(3L);
          return Map.of(3L, new Event(3, "loaded"), 4L, FETE);
        }))
        .containsExactly(Map.entry(3L, new Event(3, "loaded")), Map.entry(1L, FETE));
    for (Runnable write : List.<Runnable>of(
        () -> view.put(1L, FETE),
        () -> view.put(1L, FETE, TtlClass.DAY.duration()),
        () -> view.putAll(Map.of(1L, FETE)),
        () -> view.delete(1L),
        () -> view.deleteAll(List.of(1L)),
        () -> view.deleteMatching("event:*"),
        () -> view.deleteTagged("tag"),
        () -> view.deleteTagged(List.of("tag")),
        view::clear,
        () -> view.writeThrough(1L, FETE, AdministrationTest::writeNothing),
        () -> view.writeAround(1L, FETE, AdministrationTest::writeNothing),
        () -> view.beginInvalidation(List.of(1L)),
        () -> view.setTtl(TtlClass.DAY.duration()),
        () -> view.expire(1L, TtlClass.DAY.duration()))) {
      assertThatThrownBy(write::run)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("Cache 'events' is read-only here");
    }
    assertThat(events.findMatching("event:*", 10)).containsExactly("event:1");
    assertThat(view.readOnly()).isSameAs(view);
  }

  private static void writeNothing(long id, Event event) {
    throw new AssertionError("wrote " + event + " to the source as " + id);
  }

  private Cache<Long, Event> administered(boolean recordsWrites, CacheAccess access) {
    return new AdministeredCache<>(
        events,
        KeyTemplate.parse("event:{id}", Long.class),
        new CacheAdministration(audit::add, actor::get, access, clock),
        recordsWrites);
  }

  private AuditedOperation operation(
      String who, Action action, List<String> keys, String pattern, long count, Outcome outcome) {
    return new AuditedOperation(
        clock.instant(), who, action, "events", keys, Optional.of(pattern), count, outcome);
  }
}
