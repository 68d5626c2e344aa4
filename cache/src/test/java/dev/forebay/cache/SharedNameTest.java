package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Instances that give caches of one name different types, two releases perhaps, share the entries. */
@RedisTest
class SharedNameTest {

  @AutoClose
  private final CachesFixture here;

  @AutoClose
  private final CachesFixture there;

  SharedNameTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
  }

  private static <V> Cache<Long, V> items(CachesFixture instance, Class<V> type) {
    return instance
        .caches
        .cache("items")
        .key("item:{id}", Long.class)
        .value(type)
        .build();
  }

  record Brief(long id, String title) {}

  record Full(long id, String title, int cents) {}

  @Test
  void of_another_json_type_an_entry_is_a_counted_miss_and_loaded_anew() {
    Cache<Long, String> texts = items(here, String.class);
    Cache<Long, Integer> numbers = items(there, Integer.class);
    texts.put(1L, "7");

    assertThat(numbers.get(1L)).isEmpty();
    assertThat(numbers.statistics().corruptions()).isEqualTo(1);
    assertThat(numbers.getOrLoad(1L, id -> 7)).isEqualTo(7);
    assertThat(texts.get(1L)).isEmpty();
    assertThat(texts.getOrLoad(1L, id -> "seven")).isEqualTo("seven");
  }

  @Test
  void a_record_that_lacks_a_component_is_a_counted_miss_and_loaded_anew() {
    Cache<Long, Brief> before = items(here, Brief.class);
    Cache<Long, Full> after = items(there, Full.class);
    before.put(1L, new Brief(1, "Bike"));

    assertThat(after.get(1L)).isEmpty();
    assertThat(after.statistics().corruptions()).isEqualTo(1);
    assertThat(after.getOrLoad(1L, id -> new Full(id, "Bike", 9_900)).cents()).isEqualTo(9_900);
  }

  @Test
  void of_a_record_that_has_more_components_the_known_ones_are_served() {
    items(here, Full.class).put(1L, new Full(1, "Bike", 9_900));
    Cache<Long, Brief> before = items(there, Brief.class);

    assertThat(before.get(1L)).contains(new Brief(1, "Bike"));
    assertThat(before.statistics().corruptions()).isZero();
  }

  /** As Jackson makes them: without a constructor that could insist on a property. */
  public static final class Seller {
    public @Nullable String shop;
  }

  /** Has no property of a {@link Seller}. */
  public static final class Courier {
    public @Nullable String depot;
  }

  @Test
  void objects_of_classes_are_served_without_what_is_missing() {
    Seller seller = new Seller();
    seller.shop = "Bikes & Co";
    items(here, Seller.class).put(1L, seller);

    assertThat(items(there, Courier.class).get(1L))
        .hasValueSatisfying(courier -> assertThat(courier.depot).isNull());
  }
}
