package dev.forebay.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalPlacesTest {

  private static final Duration HOLD = Duration.ofSeconds(10);
  private static final String ALICE = "user:alice";

  private final AtomicLong nanos =
      new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // overflows soon
  private final LocalPlaces places = new LocalPlaces(HOLD, nanos::get);

  private LocalPlaces.Place take() {
    return Objects.requireNonNull(places.tryTake(ALICE, 2));
  }

  @Test
  void a_place_that_nobody_gives_back_is_free_when_its_time_is_over() {
    LocalPlaces.Place kept = take();
    LocalPlaces.Place forgotten = take();
    assertThat(places.tryTake(ALICE, 2)).isNull();
    assertThat(places.tryTake("user:bob", 2)).isNotNull();

    nanos.addAndGet(HOLD.toNanos() - 1);
    assertThat(places.renew(kept)).isTrue();
    nanos.addAndGet(1);

    assertThat(places.renew(forgotten)).isFalse();
    places.release(forgotten);
    take();
    assertThat(places.tryTake(ALICE, 2)).isNull();
    places.release(kept);
    places.release(kept);
    take();
    assertThat(places.tryTake(ALICE, 2)).isNull();
    nanos.addAndGet(HOLD.toNanos());
    take();
    assertThat(places.size()).isEqualTo(1);
  }

  @Test
  void no_more_places_are_given_than_there_is_room_for() {
    for (int i = 0; i < LocalPlaces.MOST; i++) {
      assertThat(places.tryTake("user:" + i, 1)).isNotNull();
    }

    assertThat(places.tryTake(ALICE, 1)).isNull();
    nanos.addAndGet(HOLD.toNanos());
    assertThat(places.tryTake(ALICE, 1)).isNotNull();
    assertThat(places.size()).isEqualTo(1);
  }
}
