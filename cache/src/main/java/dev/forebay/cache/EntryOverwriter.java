package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores values over whatever there is. An entry has to name the epochs of now, and to ask for them
 * first would cost each write a round trip. So values go out under the epochs that were seen last,
 * together with the question what they are; the few that guessed wrong are misses until they go out
 * again.
 */
final class EntryOverwriter<V> {

  private final EntryWriter<V> writer;
  private final RedisCommands redis;
  private final CacheScripts scripts;
  private final String channels;
  private final RecentEpochs recent = new RecentEpochs();

  EntryOverwriter(
      EntryWriter<V> writer, RedisCommands redis, CacheScripts scripts, String channels) {
    this.writer = writer;
    this.redis = redis;
    this.scripts = scripts;
    this.channels = channels;
  }

  /**
   * Stores values. One round trip, two if an epoch is not what it was, three if one has to begin.
   *
   * @param ttl how long a value is fresh
   * @param refusals takes why a value must not be stored
   * @return the names of those that cannot be written; all others are stored
   * @throws dev.forebay.redis.ForebayException if Redis fails; any of them may be stored then
   */
  Set<String> overwrite(
      Map<EntryId, V> values,
      Function<? super V, Duration> ttl,
      List<RefusedValueException> refusals) {
    List<String> epochKeys = Epochs.keysOf(values.keySet());
    Epochs guessed = recent.at(epochKeys);
    Set<String> unwritable = new LinkedHashSet<>();
    List<Reply<ScriptReply>> sent = new ArrayList<>(values.size());
    values.forEach((id, value) -> {
      List<String> epochs = guessed.of(id);
      if (epochs != null && !send(id, writer.write(id, value, epochs, ttl, 0, refusals), sent)) {
        unwritable.add(id.name());
      }
    });
    Epochs now = Epochs.read(epochKeys, redis);
    now.begin(values.keySet(), scripts);
    now.forEach(recent::note);
    values.forEach((id, value) -> {
      List<String> epochs = Objects.requireNonNull(now.of(id));
      if (!epochs.equals(guessed.of(id))
          && !unwritable.contains(id.name())
          && !send(id, writer.write(id, value, epochs, ttl, 0, refusals), sent)) {
        unwritable.add(id.name());
      }
    });
    sent.forEach(Reply::await);
    return unwritable;
  }

  private boolean send(
      EntryId id, EntryWriter.@Nullable Stored stored, List<Reply<ScriptReply>> sent) {
    if (stored == null) {
      return false;
    }
    sent.add(
        scripts.overwrite(id.name(), id.lease(), stored.bytes(), stored.ttlMillis(), channels));
    return true;
  }
}
