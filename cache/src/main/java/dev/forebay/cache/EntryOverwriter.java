package dev.forebay.cache;

import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

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
   * @throws dev.forebay.redis.ForebayException if Redis fails; any of them may be stored then
   */
  Outcome overwrite(
      Map<EntryId, V> values,
      Function<? super V, Duration> ttl,
      List<RefusedValueException> refusals) {
    List<String> epochKeys = Epochs.keysOf(values.keySet());
    Sending sending = new Sending(values, ttl, refusals);
    sending.under(recent.at(epochKeys));
    Epochs now = Epochs.read(epochKeys, redis);
    now.begin(values.keySet(), scripts);
    now.forEach(recent::note);
    sending.under(now);
    return sending.outcome();
  }

  /**
   * What became of values.
   *
   * @param stored those that are stored; of the others there is no entry, as it is blocked
   * @param unwritable the names of those that cannot be written, of which there may be an older entry
   */
  record Outcome(Collection<EntryWriter.Stored> stored, Set<String> unwritable) {}

  /** What becomes of values that are stored together. */
  private final class Sending {

    private final Map<EntryId, V> values;
    private final Function<? super V, Duration> ttl;
    private final List<RefusedValueException> refusals;
    private final Map<String, List<String>> sentUnder = new HashMap<>();
    private final Set<String> unwritable = new LinkedHashSet<>();
    private final List<Sent> sent = new ArrayList<>();

    Sending(
        Map<EntryId, V> values,
        Function<? super V, Duration> ttl,
        List<RefusedValueException> refusals) {
      this.values = values;
      this.ttl = ttl;
      this.refusals = refusals;
    }

    /** Sends each value whose epochs are known, unless it went out under the same ones. */
    void under(Epochs epochs) {
      values.forEach((id, value) -> {
        List<String> held = epochs.of(id);
        if (held != null
            && !held.equals(sentUnder.get(id.name()))
            && !unwritable.contains(id.name())) {
          send(id, value, held);
        }
      });
    }

    private void send(EntryId id, V value, List<String> epochs) {
      EntryWriter.Stored stored = writer.write(id, value, epochs, ttl, 0, refusals);
      if (stored == null) {
        unwritable.add(id.name());
      } else {
        sentUnder.put(id.name(), epochs);
        sent.add(new Sent(
            stored,
            scripts.overwrite(
                id.name(), id.lease(), stored.bytes(), stored.ttlMillis(), channels)));
      }
    }

    /** Waits for all replies; of a value that went out twice, the latter counts. */
    Outcome outcome() {
      Map<String, EntryWriter.Stored> stored = new HashMap<>();
      for (Sent value : sent) {
        if (value.reply().await().text().equals("OK")) {
          stored.put(value.entry().name(), value.entry());
        } else {
          stored.remove(value.entry().name());
        }
      }
      return new Outcome(stored.values(), unwritable);
    }
  }

  private record Sent(EntryWriter.Stored entry, Reply<ScriptReply> reply) {}
}
