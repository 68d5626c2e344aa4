package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writing to the source by way of the cache, while another instance reads. */
@RedisTest
class WritingTest {

  private static final Event OLD = new Event(1, "old");
  private static final Event NEW = new Event(1, "new");

  @AutoClose
  private final CachesFixture here;

  @AutoClose
  private final CachesFixture there;

  private final Cache<Long, Event> events;
  private final Cache<Long, Event> others;
  private final AtomicReference<Event> source = new AtomicReference<>(OLD);

  WritingTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
    this.events = here.events();
    this.others = there.events();
  }

  private Event read() {
    return others.getOrLoad(1L, id -> Objects.requireNonNull(source.get()));
  }

  @Test
  @Tag("C5")
  void writing_through_stores_the_value_in_source_and_cache() {
    assertThat(read()).isEqualTo(OLD);

    events.writeThrough(1L, NEW, (id, event) -> source.set(event));

    assertThat(source).hasValue(NEW);
    assertThat(others.get(1L)).contains(NEW);
  }

  @Test
  @Tag("C5")
  void writing_around_stores_the_value_in_the_source_and_the_next_read_loads_it() {
    assertThat(read()).isEqualTo(OLD);

    events.writeAround(1L, NEW, (id, event) -> source.set(event));

    assertThat(others.get(1L)).isEmpty();
    assertThat(read()).isEqualTo(NEW);
    assertThat(events.get(1L)).contains(NEW);
  }

  @Test
  @Tag("C5")
  void what_is_read_before_the_change_is_committed_is_not_cached() {
    assertThat(read()).isEqualTo(OLD);

    events.writeThrough(1L, NEW, (id, event) -> {
      assertThat(read()).isEqualTo(OLD);
      assertThat(events.get(1L)).isEmpty();
      source.set(event);
    });
    assertThat(read()).isEqualTo(NEW);

    PendingInvalidation pending = events.beginInvalidation(List.of(1L));
    assertThat(read()).isEqualTo(NEW);
    assertThat(events.get(1L)).isEmpty();
    source.set(OLD);
    pending.close();
    assertThat(read()).isEqualTo(OLD);
    assertThat(events.get(1L)).contains(OLD);
  }

  @Test
  @Tag("C5")
  void of_two_writers_at_the_same_time_neither_leaves_what_the_other_has_overwritten() {
    events.writeThrough(1L, OLD, (id, event) -> {
      others.writeThrough(1L, NEW, (same, newer) -> source.set(newer));
      source.set(event);
    });

    assertThat(events.get(1L)).isEmpty();
    assertThat(read()).isEqualTo(source.get());
  }

  @Test
  @Tag("C5")
  void when_the_source_fails_the_caller_is_told_and_nothing_is_cached() {
    assertThat(read()).isEqualTo(OLD);

    assertThatThrownBy(() -> events.writeThrough(1L, NEW, (id, event) -> {
          throw new IOException("disk full");
        }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");

    assertThat(events.get(1L)).isEmpty();
    assertThat(read()).isEqualTo(OLD);
  }

  @Test
  @Tag("C3")
  void what_is_put_after_another_instance_cleared_is_there() {
    events.put(1L, OLD);
    others.clear();

    events.put(1L, NEW);

    assertThat(others.get(1L)).contains(NEW);
    assertThat(events.get(1L)).contains(NEW);

    others.clear();
    assertThat(events.get(1L)).isEmpty();
  }
}
