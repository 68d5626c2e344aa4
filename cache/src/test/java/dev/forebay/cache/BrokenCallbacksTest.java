package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An error in what the application gave a cache is its caller's, and holds up nobody else. */
@RedisTest
@Timeout(60)
class BrokenCallbacksTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @AutoClose
  private final CachesFixture here;

  @AutoClose
  private final CachesFixture there;

  private final Cache<Long, String> texts;
  private final Cache<Long, String> elsewhere;

  BrokenCallbacksTest(RedisNamespace namespace) {
    this.here = CachesFixture.on(namespace);
    this.there = CachesFixture.on(namespace);
    this.texts = texts(here);
    this.elsewhere = texts(there);
  }

  private static Cache<Long, String> texts(CachesFixture instance) {
    return instance
        .caches
        .cache("texts")
        .key("text:{id}", Long.class)
        .value(String.class)
        .ttlFrom(BrokenCallbacksTest::ttlOf)
        .leaseTime(HOUR)
        .build();
  }

  private static Duration ttlOf(String text) {
    if (text.equals("broken")) {
      throw new NoClassDefFoundError("of half a deployment");
    }
    return HOUR;
  }

  @Test
  void what_was_loaded_and_cannot_be_stored_is_loaded_by_others_at_once() {
    assertThatThrownBy(() -> texts.getOrLoad(1L, id -> "broken"))
        .isInstanceOf(NoClassDefFoundError.class);

    assertThat(elsewhere.getOrLoad(1L, id -> "loaded")).isEqualTo("loaded");
    assertThat(texts.get(1L)).contains("loaded");
  }

  @Test
  void a_batch_of_which_one_value_cannot_be_stored_is_loaded_by_others_at_once() {
    Map<Long, String> loaded = new LinkedHashMap<>();
    loaded.put(1L, "good");
    loaded.put(2L, "broken");
    loaded.put(3L, "good");
    assertThatThrownBy(() -> texts.getAllOrLoad(loaded.keySet(), ids -> loaded))
        .isInstanceOf(NoClassDefFoundError.class);

    elsewhere.getAllOrLoad(
        List.of(1L, 2L, 3L), ids -> Map.of(1L, "loaded", 2L, "loaded", 3L, "loaded"));
    assertThat(texts.getAll(List.of(1L, 2L, 3L)))
        .containsOnlyKeys(1L, 2L, 3L)
        .containsEntry(2L, "loaded");
  }

  @Test
  void what_could_not_be_overwritten_is_deleted() {
    texts.putAll(Map.of(1L, "old", 2L, "old", 3L, "old", 4L, "old"));
    Map<Long, String> values = new LinkedHashMap<>();
    values.put(2L, "good");
    values.put(3L, "broken");
    values.put(4L, "good");

    assertThatThrownBy(() -> texts.put(1L, "broken")).isInstanceOf(NoClassDefFoundError.class);
    assertThatThrownBy(() -> texts.putAll(values)).isInstanceOf(NoClassDefFoundError.class);

    assertThat(elsewhere.getAll(List.of(1L, 2L, 3L, 4L)))
        .doesNotContainKeys(1L, 3L)
        .doesNotContainValue("old");
  }
}
