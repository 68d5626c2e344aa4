package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.cache.CachesFixture.Event;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.KeyRing;
import dev.forebay.redis.RedisSettings;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a cache is given, its caller gets a clear error or a miss that is counted. */
@RedisTest
class BadInputTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String ODD = "a1:/*?[]{}^\\%~-\n\r\t\0 \"'\u007Fé漢😀\uD800\uDC00";
  private static final String MEGABYTE = "k".repeat(1 << 20);

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  private final Cache<String, String> texts;
  private final Counters<String> views;

  BadInputTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
    this.texts = texts(instance);
    this.views =
        instance.caches.counters("views").key("views:{of}", String.class).build();
  }

  @Test
  void any_text_is_a_key_of_its_own() {
    Random random = new Random(7);
    Map<String, String> all = new LinkedHashMap<>();
    for (String text :
        List.of("", "*", "?", "[a]", "{}", "{tag}", "\n", "\0", "😀", "a:b", "%2A")) {
      all.put(text, "value of " + text.hashCode());
    }
    while (all.size() < 600) {
      String text = odd(random);
      all.put(text, "value of " + text.hashCode());
    }

    texts.putAll(all);

    assertThat(texts.getAll(all.keySet())).isEqualTo(all);
    assertThat(texts.findMatching("text:*", 10_000)).hasSize(all.size());
    for (String text : List.of("*", "?", "[a]", "{}", "\n", "\0", "😀")) {
      assertThat(texts.get(text)).contains("value of " + text.hashCode());
      assertThat(texts.delete(text)).isTrue();
      assertThat(texts.exists(text)).isFalse();
      all.remove(text);
    }
    assertThat(texts.getAll(all.keySet())).isEqualTo(all);
    assertThat(texts.deleteMatching("text:*")).isEqualTo(all.size());
  }

  @Test
  void a_key_of_a_megabyte_is_refused_by_the_name_of_the_cache_and_nothing_is_lost() {
    texts.put("short", "kept");
    for (Runnable call : callsWith(MEGABYTE)) {
      assertThatThrownBy(call::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cache 'texts'")
          .hasMessageContaining("1048581 bytes, more than 4096")
          .hasMessageContaining("Use a shorter key, a digest of the text say")
          .message()
          .hasSizeLessThan(300);
    }
    assertThatThrownBy(() -> views.increment(MEGABYTE))
        .hasMessageContaining("Counters 'views'")
        .hasMessageContaining("Use a shorter key");
    assertThat(texts.get("short")).contains("kept");
    assertThat(texts.statistics().failures()).isZero();
  }

  @Test
  void any_text_is_a_tag_of_its_own() {
    Cache<String, String> tagged = tagged(instance, List::of);
    Random random = new Random(13);
    Map<String, String> all = new LinkedHashMap<>();
    List<String> special =
        List.of("*", "?", "[a]", "{}", "{tag}", "\n", "\0", "😀", "a:b", "%2A", "", "\uD800");
    special.forEach(text -> all.put(text, "value of " + text.hashCode()));
    while (all.size() < 200) {
      String text = odd(random);
      all.put(text, "value of " + text.hashCode());
    }
    tagged.putAll(all);

    for (String text : special) {
      tagged.deleteTagged(text);
      assertThat(tagged.get(text)).isEmpty();
      all.remove(text);
      assertThat(tagged.getAll(all.keySet())).isEqualTo(all);
    }
  }

  @Test
  void a_tag_of_a_megabyte_or_the_seventeenth_is_refused_by_the_name_of_the_cache() {
    Cache<String, String> tagged =
        tagged(instance, key -> Collections.nCopies(key.length(), MEGABYTE.substring(0, 4_000)));
    tagged.put("1234567890123456", "16 tags of 4 KB");

    assertThatThrownBy(() -> tagged.deleteTagged(MEGABYTE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cache 'tagged' was given a tag whose key has")
        .hasMessageContaining("more than 4096")
        .hasMessageContaining("Use a shorter tag")
        .message()
        .hasSizeLessThan(300);
    assertThatThrownBy(() -> tagged.getOrLoad("12345678901234567", key -> "loaded"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Cache 'tagged': tags(...) returned 17 tags")
        .hasMessageContaining("more than 16");
    assertThat(tagged.get("1234567890123456")).isPresent();
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void no_tags_and_a_null_among_them_are_told_what_to_do() {
    Cache<String, String> tagged =
        tagged(instance, key -> key.isEmpty() ? null : Collections.singletonList(null));

    assertThatThrownBy(() -> tagged.get(""))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Cache 'tagged': tags(...) returned null")
        .hasMessageContaining("an empty list");
    assertThatThrownBy(() -> tagged.get("a"))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Cache 'tagged' was given a null tag");
    assertThatThrownBy(() -> tagged.deleteTagged((String) null))
        .hasMessageContaining("Cache 'tagged' was given a null tag");
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void a_loader_that_returns_null_is_told_what_to_do_and_keeps_no_lease() {
    String lease = namespace.key("#lease:{" + namespace.key("text:a") + "}");
    List<Runnable> loads = List.of(
        () -> texts.getOrLoad("a", key -> null),
        () -> texts.getAllOrLoad(List.of("a"), keys -> null),
        () -> texts.readOnly().getOrLoad("a", key -> null),
        () -> texts.readOnly().getAllOrLoad(List.of("a"), keys -> null));
    for (Runnable load : loads) {
      assertThatThrownBy(load::run)
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("The loader of cache 'texts' returned null");
      await().until(() -> Objects.equals(namespace.execute("EXISTS", lease), 0L));
    }
    assertThat(texts.getAllOrLoad(List.of("a"), keys -> Collections.singletonMap("a", null)))
        .isEmpty();
    assertThat(texts.exists("a")).isFalse();
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void a_null_key_is_refused_by_the_name_of_the_cache_and_nothing_is_lost() {
    texts.put("short", "kept");
    for (Runnable call : callsWith(null)) {
      assertThatThrownBy(call::run)
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("Cache 'texts' was given a null key")
          .hasMessageContaining("check for null before you ask it");
    }
    assertThatThrownBy(() -> views.increment(null)).hasMessageContaining("Counters 'views'");
    assertThat(texts.get("short")).contains("kept");
    assertThat(texts.statistics().failures()).isZero();
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void a_null_value_is_refused_and_replaces_nothing() {
    texts.put("short", "kept");

    for (Runnable call : List.<Runnable>of(
        () -> texts.put("short", null),
        () -> texts.put("short", null, MINUTE),
        () -> texts.putAll(Collections.singletonMap("short", null)))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("Cache 'texts' was given a null value")
          .hasMessageContaining("JsonCodec.optionalOf");
    }
    assertThat(texts.get("short")).contains("kept");
  }

  @Test
  @SuppressWarnings("NullAway") // the point of the test
  void a_cache_that_is_switched_off_refuses_the_same() {
    try (CachesFixture off =
        CachesFixture.on(RedisSettings.builder().enabled(false).build())) {
      Cache<String, String> none = texts(off);
      assertThatThrownBy(() -> none.getOrLoad(MEGABYTE, key -> "loaded"))
          .hasMessageContaining("Cache 'texts'");
      assertThatThrownBy(() -> none.get(null)).hasMessageContaining("a null key");
      assertThatThrownBy(() -> none.put("a", null)).hasMessageContaining("a null value");
      assertThatThrownBy(() -> none.getAllOrLoad(List.of("a"), keys -> null))
          .hasMessageContaining("The loader of cache 'texts' returned null for 'text:a'");
    }
  }

  @Test
  void a_value_that_cannot_be_serialised_is_returned_counted_and_never_cached() {
    Cache<Long, Moody> moods = instance
        .caches
        .cache("moods")
        .key("mood:{id}", Long.class)
        .value(Moody.class)
        .build();
    Moody moody = new Moody();

    assertThat(moods.getOrLoad(1L, id -> moody)).isSameAs(moody);
    moods.put(2L, moody);
    moods.putAll(Map.of(3L, moody));
    assertThat(moods.getAllOrLoad(List.of(4L), ids -> Map.of(4L, moody))).containsEntry(4L, moody);

    assertThat(moods.getAll(List.of(1L, 2L, 3L, 4L))).isEmpty();
    assertThat(moods.statistics().failures()).isEqualTo(4);
    assertThat(moods.statistics().puts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void any_flipped_bit_is_a_counted_miss(Form form) {
    Cache<Long, String> entries = form.cache(instance);
    RedisCommands redis = instance.redis.commands();
    String name = namespace.key("entry:1");
    String value = form == Form.COMPRESSED ? "forebay ".repeat(200) : "a value";
    entries.put(1L, value);
    byte[] sound = redis.get(name).await().orElseThrow();

    long flips = 0;
    for (int bit = 0; bit < sound.length * 8; bit++) {
      byte[] flipped = sound.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      redis.set(name, flipped, MINUTE).await();
      assertThat(entries.get(1L)).as("bit %d", bit).isEmpty();
      assertThat(entries.statistics().corruptions()).isEqualTo(++flips);
    }
    assertThat(entries.getOrLoad(1L, id -> value)).isEqualTo(value);
    assertThat(entries.get(1L)).contains(value);
    assertThat(entries.statistics().failures()).isZero();
  }

  @Test
  void any_bytes_are_a_counted_miss() {
    Random random = new Random(11);
    RedisCommands redis = instance.redis.commands();
    String name = namespace.key("text:x");
    for (int i = 1; i <= 500; i++) {
      byte[] garbage = new byte[random.nextInt(60)];
      random.nextBytes(garbage);
      if (garbage.length > 0 && i % 2 == 0) {
        garbage[0] = (byte) 0xF9; // as an envelope begins
      }
      redis.set(name, garbage, MINUTE).await();
      assertThat(texts.get("x")).as(Arrays.toString(garbage)).isEmpty();
      assertThat(texts.statistics().corruptions()).isEqualTo(i);
    }
    assertThat(texts.getOrLoad("x", key -> "mended")).isEqualTo("mended");
    assertThat(texts.statistics().failures()).isZero();
  }

  @Test
  void an_unknown_key_id_is_a_counted_miss_that_deletes_nothing() {
    try (CachesFixture other = CachesFixture.on(namespace)) {
      Cache<Long, String> here = encrypted(instance, 1);
      here.put(1L, "a value");
      Cache<Long, String> elsewhere = encrypted(other, 2);

      assertThat(elsewhere.get(1L)).isEmpty();
      assertThat(elsewhere.statistics().corruptions()).isEqualTo(1);
      assertThat(here.get(1L)).contains("a value");
    }
  }

  @Test
  void a_server_that_refuses_to_talk_costs_callers_nothing() {
    try (EmbeddedRedis plain = EmbeddedRedis.builder().password("right").start();
        EmbeddedRedis tls = EmbeddedRedis.builder().tls().start()) {
      Set<String> addresses = new LinkedHashSet<>(List.of(
          "redis://:wrong@127.0.0.1:" + plain.port(),
          "redis://127.0.0.1:" + plain.port(),
          "redis://:right@127.0.0.1:" + plain.port() + "/99",
          "rediss://:right@127.0.0.1:" + plain.port(),
          "rediss://127.0.0.1:" + tls.port(),
          "redis://127.0.0.1:" + tls.port()));
      for (String address : addresses) {
        try (CachesFixture refused = CachesFixture.on(RedisSettings.builder()
            .uri(address)
            .connectTimeout(Duration.ofSeconds(1))
            .build())) {
          Cache<Long, Event> events = refused.events();
          Event event = new Event(1, "from the source");

          assertThat(events.getOrLoad(1L, id -> event)).as(address).isEqualTo(event);
          assertThat(events.statistics().failures()).as(address).isPositive();
        }
      }
    }
  }

  @SuppressWarnings("NullAway") // the point of the tests
  private List<Runnable> callsWith(@Nullable String key) {
    return List.of(
        () -> texts.get(key),
        () -> texts.getAll(Arrays.asList("short", key)),
        () -> texts.getOrLoad(key, missing -> "loaded"),
        () -> texts.getAllOrLoad(Arrays.asList("short", key), missing -> Map.of()),
        () -> texts.put(key, "v"),
        () -> texts.put(key, "v", MINUTE),
        () -> texts.putAll(Collections.singletonMap(key, "v")),
        () -> texts.delete(key),
        () -> texts.deleteAll(Arrays.asList("short", key)),
        () -> texts.exists(key),
        () -> texts.ttl(key),
        () -> texts.expire(key, MINUTE));
  }

  private static Cache<String, String> texts(CachesFixture instance) {
    return instance
        .caches
        .cache("texts")
        .key("text:{text}", String.class)
        .value(String.class)
        .build();
  }

  private static Cache<String, String> tagged(
      CachesFixture instance, Function<String, List<String>> tags) {
    return instance
        .caches
        .cache("tagged")
        .key("tagged:{text}", String.class)
        .value(String.class)
        .tags(tags)
        .build();
  }

  private static Cache<Long, String> encrypted(CachesFixture instance, int keyId) {
    return instance
        .caches
        .cache("entries")
        .key("entry:{id}", Long.class)
        .value(String.class)
        .encrypted(KeyRing.builder()
            .key(keyId, String.valueOf(keyId).repeat(32).getBytes(UTF_8))
            .build())
        .build();
  }

  private static String odd(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(12); length > 0; length--) {
      text.append(ODD.charAt(random.nextInt(ODD.length())));
    }
    return text.toString();
  }

  enum Form {
    PLAIN,
    COMPRESSED,
    ENCRYPTED;

    Cache<Long, String> cache(CachesFixture instance) {
      return this == ENCRYPTED
          ? encrypted(instance, 1)
          : instance
              .caches
              .cache("entries")
              .key("entry:{id}", Long.class)
              .value(String.class)
              .build();
    }
  }

  /** Refuses to be written. */
  static final class Moody {
    private @Nullable String mood;

    public String getMood() {
      return Objects.requireNonNull(mood, "not today");
    }
  }
}
