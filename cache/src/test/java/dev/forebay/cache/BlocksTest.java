package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entries that are blocked by several writers at the same time, of which some never come back. */
@RedisTest
@Tag("C5")
class BlocksTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");
  private static final Event NEWER = new Event(1, "newer");

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture here;

  @AutoClose
  private final CachesFixture there;

  private final Cache<Long, Event> events;
  private final Cache<Long, Event> others;
  private final AtomicReference<Event> source = new AtomicReference<>(OLD);

  BlocksTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
    this.events = here.events();
    this.others = there.events();
  }

  private Event read() {
    return others.getOrLoad(1L, id -> Objects.requireNonNull(source.get()));
  }

  private String lease() {
    return CachesFixture.leaseOf(namespace, "event:1");
  }

  enum Change {
    DELETE(cache -> cache.delete(1L)),
    DELETE_ALL(cache -> cache.deleteAll(List.of(1L, 2L))),
    PUT(cache -> cache.put(1L, OLD)),
    PUT_ALL(cache -> cache.putAll(Map.of(1L, OLD, 2L, OLD))),
    PATTERN(cache -> cache.deleteMatching("event:*")),
    WRITE_THROUGH(cache -> cache.writeThrough(1L, OLD, (id, event) -> {})),
    WRITE_AROUND(cache -> cache.writeAround(1L, OLD, (id, event) -> {})),
    TRANSACTION(cache -> cache.beginInvalidation(List.of(1L)).close());

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
    private final Consumer<Cache<Long, Event>> operation;

    Change(Consumer<Cache<Long, Event>> operation) {
      this.operation = operation;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatever_others_do_meanwhile_nothing_from_before_the_commit_is_cached(Change change) {
    PendingInvalidation pending = events.beginInvalidation(List.of(1L));
    change.operation.accept(others);
    change.operation.accept(events);

    assertThat(read()).isEqualTo(OLD);
    assertThat(events.get(1L)).isEmpty();
    source.set(NEW);
    assertThat(read()).isEqualTo(NEW);
    assertThat(events.get(1L)).isEmpty();

    pending.close();
    assertThat(read()).isEqualTo(NEW);
    assertThat(events.get(1L)).contains(NEW);
  }

  @Test
  void of_several_changes_at_the_same_time_each_blocks_until_its_own_end() {
    PendingInvalidation first = events.beginInvalidation(List.of(1L));
    PendingInvalidation second = events.beginInvalidation(List.of(1L));
    PendingInvalidation third = others.beginInvalidation(List.of(1L));
    for (PendingInvalidation ended : List.of(second, first)) {
      ended.close();
      ended.close();
      assertThat(read()).isEqualTo(OLD);
      assertThat(events.get(1L)).isEmpty();
    }
    source.set(NEW);
    third.close();

    assertThat(read()).isEqualTo(NEW);
    assertThat(events.get(1L)).contains(NEW);
    assertThat(namespace.execute("EXISTS", lease())).isEqualTo(0L);
  }

  @Test
  void what_is_written_through_is_not_cached_over_a_later_change_that_came_and_went() {
    for (Change change : List.of(Change.WRITE_THROUGH, Change.TRANSACTION, Change.DELETE)) {
      events.writeThrough(1L, NEW, (id, event) -> {
        source.set(event);
        source.set(NEWER);
        change.operation.accept(others);
      });

      assertThat(read()).as("after %s", change).isEqualTo(NEWER);
      assertThat(events.get(1L)).contains(NEWER);
    }
  }

  @Test
  void what_is_written_through_is_cached_if_nobody_else_changes_the_entry() {
    PendingInvalidation before = others.beginInvalidation(List.of(1L));
    before.close();

    events.writeThrough(1L, NEW, (id, event) -> source.set(event));

    assertThat(others.get(1L)).contains(NEW);
    assertThat(namespace.execute("EXISTS", lease())).isEqualTo(0L);
  }

  @Test
  void others_do_not_prolong_the_block_of_one_who_died() {
    namespace.execute("HSET", lease(), "token", "!dead:1", "!dead:1", "1"); // in 1970
    namespace.execute("PEXPIRE", lease(), "30000");
    PendingInvalidation pending = events.beginInvalidation(List.of(1L));
    assertThat(read()).isEqualTo(OLD);
    assertThat(events.get(1L)).isEmpty();
    pending.close();

    assertThat(read()).isEqualTo(OLD);
    assertThat(events.get(1L)).contains(OLD);

    namespace.execute("HSET", lease(), "token", "!", "!dead:1", "1");
    events.put(1L, NEW);
    assertThat(others.get(1L)).contains(NEW);
    namespace.execute("UNLINK", namespace.key("event:1"));
    namespace.execute("HSET", lease(), "token", "!", "!dead:1", "1");
    assertThat(read()).isEqualTo(OLD);
    assertThat(events.get(1L)).contains(OLD);
  }

  @Test
  void the_block_of_one_who_died_ends_in_time_whatever_others_do() {
    var unused = events.beginInvalidation(List.of(1L));
    others.delete(1L);
    others.put(1L, OLD);
    others.writeThrough(1L, OLD, (id, event) -> {});

    assertThat((Long) namespace.execute("PTTL", lease()))
        .isBetween(1L, Leases.LONGEST_BLOCK.toMillis());
    namespace.execute("PEXPIRE", lease(), "1"); // as if its time had passed
    assertThat(read()).isEqualTo(OLD);
  }

  @Test
  @Tag("C14")
  void what_is_blocked_and_written_through_counts_as_deleted_and_put() {
    events.put(1L, OLD);
    events.writeAround(1L, NEW, (id, event) -> source.set(event));
    assertThat(events.statistics().deletions()).isEqualTo(1);

    events.writeThrough(1L, NEWER, (id, event) -> source.set(event));
    assertThat(events.statistics().puts()).isEqualTo(2);

    PendingInvalidation pending = others.beginInvalidation(List.of(1L));
    events.put(1L, NEWER);
    assertThat(events.get(1L)).isEmpty();
    assertThat(events.statistics().puts()).isEqualTo(2);
    pending.close();
    assertThat(events.statistics().deletions()).isEqualTo(1);
    assertThat(others.statistics().deletions()).isEqualTo(1);
  }
}
