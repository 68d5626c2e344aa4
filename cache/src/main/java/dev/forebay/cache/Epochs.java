package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Epochs as they were read together. An entry is valid while the epochs that it depends on are those
 * that were read before it was loaded; so to renew one epoch outdates any number of entries at once.
 *
 * <p>An epoch is a random text, never a number that counts: whichever way it is lost, by eviction, a
 * failover or {@code FLUSHDB}, none that ever was comes again. Entries of a lost epoch are misses.
 */
final class Epochs {

  /** Longer than any entry lives: fresh for up to 366 days, then stale for up to 366. */
  static final Duration TTL = Duration.ofDays(800);

  /**
   * How long an epoch is at most, in bytes; {@code ensure_epoch} knows it. What is longer, somebody
   * else wrote, and no entry could name it.
   */
  private static final int LONGEST = 64;

  /** The share of calls that let their epochs live on; who is loaded less often hardly notices its end. */
  private static final int EXTENDED_ONE_IN = 1_000;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, String> byKey = new HashMap<>(4);

  /** Returns a text that never comes twice: 96 random bits. */
  static String fresh() {
    byte[] bits = new byte[12];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** Returns the keys of the epochs that entries depend on, each once. */
  static List<String> keysOf(Collection<EntryId> ids) {
    return ids.size() == 1
        ? ids.iterator().next().epochs()
        : ids.stream().flatMap(id -> id.epochs().stream()).distinct().toList();
  }

  /**
   * Reads epochs. One round trip.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  static Epochs read(List<String> keys, RedisCommands redis) {
    return of(keys, redis.mget(keys).await());
  }

  /** Returns what Redis has at the keys of epochs. */
  static Epochs of(List<String> keys, List<Optional<byte[]>> values) {
    Epochs epochs = new Epochs();
    int position = 0;
    for (String key : keys) {
      values
          .get(position++)
          .filter(bytes -> bytes.length >= 1 && bytes.length <= LONGEST)
          .ifPresent(bytes -> epochs.note(key, new String(bytes, StandardCharsets.UTF_8)));
    }
    return epochs;
  }

  /** Notes what an epoch is. */
  void note(String key, String epoch) {
    byKey.put(key, epoch);
  }

  /** Gives each key with its epoch. */
  void forEach(BiConsumer<String, String> action) {
    byKey.forEach(action);
  }

  /** Returns the epochs that an entry depends on, or null if one is missing. */
  @Nullable
  List<String> of(EntryId id) {
    List<String> epochs = new ArrayList<>(id.epochs().size());
    for (String key : id.epochs()) {
      String epoch = byKey.get(key);
      if (epoch == null) {
        return null;
      }
      epochs.add(epoch);
    }
    return epochs;
  }

  /**
   * Begins those epochs of the entries that are missing, as some are about to be stored. One round
   * trip if there are any. Now and then it lets the others live on, without waiting for that.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  void begin(Iterable<EntryId> ids, CacheScripts scripts) {
    boolean extend = ThreadLocalRandom.current().nextInt(EXTENDED_ONE_IN) == 0;
    Map<String, Reply<ScriptReply>> sent = new LinkedHashMap<>();
    for (EntryId id : ids) {
      for (String key : id.epochs()) {
        if (extend || !byKey.containsKey(key)) {
          sent.computeIfAbsent(key, epoch -> scripts.ensureEpoch(epoch, fresh(), TTL.toMillis()));
        }
      }
    }
    sent.forEach((key, reply) -> {
      if (!byKey.containsKey(key)) {
        byKey.put(key, reply.await().text());
      }
    });
  }
}
