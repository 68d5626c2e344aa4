package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.redis.BytesCodec;
import dev.forebay.redis.Compression;
import dev.forebay.redis.KeyRing;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the entries of a cache are in Redis: compressed, binary, encrypted. */
@RedisTest
class StoredFormTest {

  private static final String SECRET = "tok_4242";
  private static final KeyRing OLD_KEYS = KeyRing.builder().key(1, key(1)).build();
  private static final KeyRing NEW_KEYS =
      KeyRing.builder().key(2, key(2)).key(1, key(1)).build();
  private static final KeyRing OTHER_KEYS = KeyRing.builder().key(3, key(3)).build();

  private final RedisNamespace namespace;

  StoredFormTest(RedisNamespace namespace) {
    this.namespace = namespace;
  }

  @Test
  @Tag("C7")
  void large_values_are_compressed_and_small_ones_are_not() {
    try (CachesFixture instance = instance()) {
      Cache<Long, String> texts = instance
          .caches
          .cache("texts")
          .key("text:{id}", Long.class)
          .value(String.class)
          .build();
      String large = "All work and no play makes Jack a dull boy. ".repeat(200);

      texts.put(1L, large);
      texts.put(2L, "short");

      assertThat(texts.get(1L)).contains(large);
      assertThat(length("text:1")).isLessThan(large.length() / 10);
      assertThat(texts.get(2L)).contains("short");
      // The envelope, and the epoch of the cache in it.
      assertThat(length("text:2")).isEqualTo("\"short\"".length() + 7 + 18);
    }
  }

  @Test
  @Tag("C7")
  void compression_can_be_chosen_for_each_cache() {
    try (CachesFixture instance = instance()) {
      Cache<Long, String> plain = instance
          .caches
          .cache("plain")
          .key("plain:{id}", Long.class)
          .value(String.class)
          .compression(Compression.off())
          .build();
      plain.put(1L, "a".repeat(5_000));

      assertThat(length("plain:1")).isGreaterThan(5_000);
      assertThat(plain.get(1L).orElseThrow()).hasSize(5_000);
    }
  }

  @Test
  @Tag("C16")
  void binary_values_come_back_to_the_byte() {
    try (CachesFixture instance = instance()) {
      Cache<Long, byte[]> thumbnails = instance
          .caches
          .cache("thumbnails")
          .key("thumbnail:{id}", Long.class)
          .value(BytesCodec.instance())
          .ttl(TtlClass.MONTH)
          .build();
      byte[] image = new byte[20_000];
      new Random(1).nextBytes(image);

      thumbnails.put(1L, image);

      assertThat(thumbnails.get(1L).orElseThrow()).isEqualTo(image);
      assertThat(length("thumbnail:1")).isLessThan(image.length + 50);
    }
  }

  @Test
  @Tag("C16")
  void an_encrypted_value_is_readable_with_its_key_only_and_at_its_own_key_only() {
    try (CachesFixture instance = instance();
        CachesFixture stranger = instance()) {
      Cache<Long, String> tokens = tokens(instance, OLD_KEYS);
      tokens.put(1L, SECRET);

      assertThat(tokens.get(1L)).contains(SECRET);
      assertThat(String.valueOf(namespace.execute("GET", namespace.key("token:1"))))
          .doesNotContain(SECRET);
      assertThat(tokens(stranger, OTHER_KEYS).get(1L)).isEmpty();
      // A stranger's miss leaves the entry to those who can read it.
      assertThat(tokens.get(1L)).contains(SECRET);

      RedisCommands redis = instance.redis.commands();
      byte[] stored = redis.get(namespace.key("token:1")).await().orElseThrow();
      redis.set(namespace.key("token:2"), stored, Duration.ofMinutes(1)).await();
      assertThat(tokens.get(2L)).isEmpty();
      assertThat(tokens.exists(2L)).isFalse();
    }
  }

  @Test
  @Tag("C16")
  void keys_can_be_rotated_while_values_live() {
    try (CachesFixture before = instance();
        CachesFixture after = instance()) {
      tokens(before, OLD_KEYS).put(1L, SECRET);
      Cache<Long, String> rotated = tokens(after, NEW_KEYS);

      assertThat(rotated.get(1L)).contains(SECRET);
      rotated.put(2L, SECRET);
      assertThat(rotated.get(2L)).contains(SECRET);
    }
  }

  private CachesFixture instance() {
    return CachesFixture.on(namespace);
  }

  private static Cache<Long, String> tokens(CachesFixture instance, KeyRing keys) {
    return instance
        .caches
        .cache("tokens")
        .key("token:{id}", Long.class)
        .value(String.class)
        .encrypted(keys)
        .build();
  }

  private long length(String name) {
    return (Long) Objects.requireNonNull(namespace.execute("STRLEN", namespace.key(name)));
  }

  private static byte[] key(int seed) {
    return String.valueOf(seed).repeat(32).getBytes(UTF_8);
  }
}
