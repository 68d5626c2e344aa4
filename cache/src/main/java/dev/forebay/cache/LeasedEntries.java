package dev.forebay.cache;

import dev.forebay.redis.ForebayException;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.Reply;
import dev.forebay.redis.spi.ScriptReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The entries of one cache as their leases see them: who may load one, what is stored of it, and what
 * is blocked meanwhile. Whatever fails in Redis is counted here, and goes no further.
 */
final class LeasedEntries<V> {

  private final EntryWriter<V> writer;
  private final RedisCommands redis;
  private final CacheScripts scripts;
  private final Leases leases;
  private final CacheRecorder recorder;
  private final InvalidationJournal journal;

  LeasedEntries(
      EntryWriter<V> writer,
      RedisCommands redis,
      CacheScripts scripts,
      Leases leases,
      CacheRecorder recorder,
      InvalidationJournal journal) {
    this.writer = writer;
    this.redis = redis;
    this.scripts = scripts;
    this.leases = leases;
    this.recorder = recorder;
    this.journal = journal;
  }

  /** Asks to load an entry that was not found. */
  Claim<V> claim(EntryId id, Found<V> found) {
    return claimAll(List.of(id), found).get(0);
  }

  /**
   * Asks to load entries that were not found. One round trip, two if an epoch has yet to begin.
   *
   * @return the answers in the order of {@code ids}
   */
  List<Claim<V>> claimAll(List<EntryId> ids, Found<V> found) {
    List<Claim<V>> claims = new ArrayList<>(ids.size());
    List<Leases.Request> requests = new ArrayList<>(ids.size());
    try {
      if (found.answered() && journal.replay()) {
        found.epochs().begin(ids, scripts);
        for (EntryId id : ids) {
          boolean any = found.useless().contains(id.name()) || found.of(id) != null;
          requests.add(leases.request(id, any));
        }
      }
      for (Leases.Request request : requests) {
        claims.add(claimOf(request, found.epochs()));
      }
    } catch (ForebayException e) {
      recorder.failed("load", e);
    }
    for (int i = claims.size(); i < ids.size(); i++) {
      if (i < requests.size()) {
        leases.forget(requests.get(i).token());
      }
      claims.add(new Claim.Withheld<>());
    }
    return claims;
  }

  private Claim<V> claimOf(Leases.Request request, Epochs epochs) {
    ScriptReply reply = request.reply().await();
    if (reply.text().equals("GRANTED")) {
      return new Claim.Granted<>(leaseOf(request, epochs));
    }
    leases.forget(request.token());
    return switch (reply.text()) {
      case "BUSY" -> new Claim.Busy<>();
      case "BLOCKED" -> new Claim.Withheld<>();
      default -> new Claim.Present<>();
    };
  }

  private static Lease leaseOf(Leases.Request request, Epochs epochs) {
    List<String> held = epochs.of(request.id());
    return new Lease(
        request.id(), request.token(), held == null ? List.of() : held, System.nanoTime());
  }

  /**
   * Stores what the holder of a lease loaded, unless an invalidation has ended the lease.
   *
   * @return those that were invalidated while they were loaded, which is not asked for those that
   *     nobody shares; all, if Redis could not tell
   */
  Set<EntryId> fill(List<Fill<V>> fills) {
    Map<EntryId, Reply<ScriptReply>> replies = new LinkedHashMap<>();
    Map<EntryId, EntryWriter.Stored> sent = new HashMap<>();
    Set<EntryId> overtaken = new LinkedHashSet<>();
    try {
      if (!journal.replay()) {
        fills.forEach(fill -> leases.release(fill.lease()));
        fills.forEach(fill -> overtaken.add(fill.lease().id()));
        return overtaken;
      }
      for (Fill<V> fill : fills) {
        EntryWriter.Stored stored = writer.write(fill);
        if (stored != null) {
          sent.put(fill.lease().id(), stored);
        }
        replies.put(
            fill.lease().id(),
            stored == null
                ? leases.end(fill.lease())
                : leases.fill(fill.lease(), stored.bytes(), stored.ttlMillis()));
      }
      Supplier<List<EntryId>> outdated =
          outdated(fills.stream().filter(Fill::shared).map(Fill::lease).toList());
      for (Map.Entry<EntryId, Reply<ScriptReply>> reply : replies.entrySet()) {
        switch (reply.getValue().await().text()) {
          case "FILLED" -> recorder.put(Objects.requireNonNull(sent.get(reply.getKey())));
          case "LOST" -> overtaken.add(reply.getKey());
          default -> {} // released: what was loaded must not be stored
        }
      }
      warnOfOutlasting(fills, overtaken);
      overtaken.addAll(outdated.get());
    } catch (ForebayException e) {
      recorder.failed("put", e);
      fills.forEach(fill -> leases.release(fill.lease()));
      fills.forEach(fill -> overtaken.add(fill.lease().id()));
    } catch (RuntimeException | Error e) {
      // Of what the application gave, ttlFrom say: others need not wait for what is not stored.
      fills.forEach(fill -> leases.release(fill.lease()));
      throw e;
    }
    return overtaken;
  }

  /** Tells if loads took so long that they lost their leases for that alone. */
  private void warnOfOutlasting(List<Fill<V>> fills, Set<EntryId> lost) {
    for (Fill<V> fill : fills) {
      long nanos = System.nanoTime() - fill.lease().since();
      if (lost.contains(fill.lease().id()) && nanos > leases.longestHold().toNanos()) {
        Duration took = Duration.ofNanos(nanos);
        recorder.failed(
            "load", new OutlastedLeaseException(recorder.cache(), took, leases.longestHold()));
        return; // they were loaded together
      }
    }
  }

  /**
   * Asks for the epochs of leases, as an epoch that is renewed does not end them; what it returns
   * awaits the answer, and tells which were given under others.
   */
  private Supplier<List<EntryId>> outdated(List<Lease> held) {
    List<String> keys = Epochs.keysOf(held.stream().map(Lease::id).toList());
    if (keys.isEmpty()) {
      return List::of;
    }
    Reply<List<Optional<byte[]>>> reply = redis.mget(keys);
    return () -> {
      Epochs now = Epochs.of(keys, reply.await());
      return held.stream()
          .filter(lease -> !lease.epochs().equals(now.of(lease.id())))
          .map(Lease::id)
          .toList();
    };
  }

  /** Ends a lease under which nothing is stored. Does not wait for it. */
  void release(Lease lease) {
    leases.release(lease);
  }

  /**
   * As {@link #release}, for leases whose loads are shared. One round trip, none for none.
   *
   * @return those that were invalidated since they were given; all, if Redis could not tell
   */
  Collection<EntryId> end(List<Lease> shared) {
    if (shared.isEmpty()) {
      return List.of();
    }
    Set<EntryId> overtaken = new LinkedHashSet<>();
    try {
      Map<EntryId, Reply<ScriptReply>> replies = new LinkedHashMap<>();
      shared.forEach(lease -> replies.put(lease.id(), leases.end(lease)));
      Supplier<List<EntryId>> outdated = outdated(shared);
      replies.forEach((id, reply) -> {
        if (reply.await().text().equals("LOST")) {
          overtaken.add(id);
        }
      });
      overtaken.addAll(outdated.get());
    } catch (ForebayException e) {
      recorder.failed("load", e);
      shared.forEach(lease -> overtaken.add(lease.id()));
    }
    return overtaken;
  }

  /**
   * Deletes entries and keeps what is loaded from being stored, until each block {@linkplain
   * Block#end ends} or is filled, or for {@link Leases#LONGEST_BLOCK}.
   *
   * @return a block for each entry, in their order; if Redis failed, some are not held
   */
  List<Block> block(Collection<EntryId> ids) {
    List<Block> blocks = new ArrayList<>(ids.size());
    List<Leases.Request> requests = List.of();
    long existed = 0;
    try {
      // Another thread that is at it may keep a block from being filled, which is better than none.
      journal.replay();
      Epochs epochs = epochsOf(ids);
      requests = ids.stream().map(leases::block).toList();
      for (Leases.Request request : requests) {
        existed += request.reply().await().number(0);
        blocks.add(new Block(leaseOf(request, epochs), true));
      }
    } catch (ForebayException e) {
      recorder.failed("block", e);
    }
    recorder.deleted(existed);
    int asked = 0;
    for (EntryId id : ids) {
      recorder.forgotten(id.name());
      if (asked >= blocks.size()) {
        String token = asked < requests.size() ? requests.get(asked).token() : "";
        blocks.add(new Block(new Lease(id, token, List.of(), System.nanoTime()), false));
      }
      asked++;
    }
    return blocks;
  }

  /**
   * Stores a value under a block, which ends by that.
   *
   * @return false if nothing is stored, as something else came between, say: the block lasts then,
   *     or Redis failed
   */
  boolean fillBlocked(Block block, V value, Function<? super V, Duration> ttl) {
    Lease lease = block.lease();
    EntryWriter.Stored stored =
        block.held() ? writer.write(new Fill<>(lease, value, ttl, 0, false)) : null;
    if (stored == null) {
      return false;
    }
    boolean filled = recorder
        .attempt(
            "put",
            () -> Optional.of(leases
                .fill(lease, stored.bytes(), stored.ttlMillis())
                .await()
                .text()
                .equals("FILLED")))
        .orElse(false);
    if (filled) {
      recorder.put(stored);
    }
    return filled;
  }

  private Epochs epochsOf(Collection<EntryId> ids) {
    Epochs epochs = Epochs.read(Epochs.keysOf(ids), redis);
    epochs.begin(ids, scripts);
    return epochs;
  }

  /**
   * What was loaded under a lease.
   *
   * @param ttl how long a value is fresh
   * @param shared whether others wait for it, who must know whether it was invalidated meanwhile
   */
  record Fill<V>(
      Lease lease, V value, Function<? super V, Duration> ttl, long costMicros, boolean shared) {}
}
