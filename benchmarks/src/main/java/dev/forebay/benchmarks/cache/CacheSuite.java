package dev.forebay.benchmarks.cache;

import static dev.forebay.benchmarks.cache.BytesActs.GET_BYTES;
import static dev.forebay.benchmarks.cache.BytesActs.SCRIPT;
import static dev.forebay.benchmarks.cache.ListingActs.BATCH;
import static dev.forebay.benchmarks.cache.ListingActs.GET;
import static dev.forebay.benchmarks.cache.ListingActs.GET_ALL;
import static dev.forebay.benchmarks.cache.ListingActs.PUT;

import dev.forebay.benchmarks.BareJedis;
import dev.forebay.benchmarks.BareLettuce;
import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Role;
import dev.forebay.benchmarks.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Hits and writes of a cache in Redis, every caller waiting for its reply. */
public final class CacheSuite implements Suite {

  private static final int ENTRIES = 10_000;
  private static final int FEW = 300;

  @Override
  public String name() {
    return "cache";
  }

  @Override
  public String question() {
    return "What does it cost to fetch a record of 500 bytes of JSON from Redis and decode it, to"
        + " write one, and to fetch a hundred at once? And what does our floor add to, or save"
        + " from, a bare `GET`?";
  }

  @Override
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    List<Callers> all = List.of(
        Callers.platform(1),
        Callers.platform(8),
        Callers.platform(64),
        Callers.virtual(64),
        Callers.virtual(256));
    all.forEach(callers -> cases.add(getBytes(callers, ENTRIES)));
    cases.add(script(Callers.platform(8), ENTRIES));
    cases.add(script(Callers.virtual(64), ENTRIES));
    all.forEach(callers -> cases.add(get(callers, ENTRIES)));
    cases.add(put(Callers.platform(8), ENTRIES));
    cases.add(put(Callers.virtual(64), ENTRIES));
    cases.add(getAll(Callers.platform(1), ENTRIES));
    cases.add(getAll(Callers.platform(8), ENTRIES));
    return cases;
  }

  @Override
  public List<Case> quickCases() {
    return List.of(
        getBytes(Callers.virtual(64), FEW),
        get(Callers.platform(8), FEW),
        put(Callers.platform(8), FEW),
        getAll(Callers.platform(1), FEW));
  }

  private static Case getBytes(Callers callers, int entries) {
    return Case.of(GET_BYTES, "500 bytes fetched, not decoded", callers, entries);
  }

  private static Case script(Callers callers, int entries) {
    return Case.of(SCRIPT, "a script that asks for the length of a value", callers, entries);
  }

  private static Case get(Callers callers, int entries) {
    return Case.of(GET, "a remote hit: 500 bytes of JSON, decoded to a record", callers, entries);
  }

  private static Case put(Callers callers, int entries) {
    return Case.of(PUT, "an entry overwritten, with a time to live of an hour", callers, entries);
  }

  private static Case getAll(Callers callers, int entries) {
    return Case.of(GET_ALL, BATCH + " hits at once, decoded", callers, entries).units(BATCH);
  }

  @Override
  public List<Contestant> contestants() {
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(new Contestant(
        "forebay",
        Role.OURS,
        ForebayCache.CONFIGURATION,
        Set.of(GET, PUT, GET_ALL),
        ListingActs.opening(ForebayCache::new)));
    contestants.add(new Contestant(
        "forebay floor",
        Role.OURS,
        "`RedisCommands.get` of `dev.forebay.redis.spi`, reads combined",
        Set.of(GET_BYTES, SCRIPT),
        BytesActs.opening(BytesActs::forebay)));
    contestants.addAll(floors());
    contestants.addAll(peers());
    return contestants;
  }

  private static List<Contestant> floors() {
    return List.of(
        new Contestant(
            "lettuce sync",
            Role.FLOOR,
            BareLettuce.CONFIGURATION,
            Set.of(GET_BYTES, SCRIPT),
            BytesActs.opening(BytesActs::lettuce)),
        new Contestant(
            "jedis",
            Role.FLOOR,
            BareJedis.CONFIGURATION,
            Set.of(GET_BYTES, SCRIPT),
            BytesActs.opening(BytesActs::jedis)),
        lettuce("lettuce + jackson", Set.of(GET, PUT, GET_ALL), LettuceFloor.Batching.MGET),
        lettuce("lettuce async, auto-flush", Set.of(GET_ALL), LettuceFloor.Batching.AUTO_FLUSH),
        lettuce("lettuce async, manual flush", Set.of(GET_ALL), LettuceFloor.Batching.MANUAL_FLUSH),
        new Contestant(
            "jedis + jackson",
            Role.FLOOR,
            JedisFloor.CONFIGURATION,
            Set.of(GET, PUT, GET_ALL),
            ListingActs.opening(JedisFloor::new)));
  }

  private static List<Contestant> peers() {
    return List.of(
        peer(
            "spring",
            SpringCache.CONFIGURATION + "`immediateWrites`, so that a write is in Redis",
            Set.of(GET, PUT),
            stage -> new SpringCache(stage, SpringCache.Writer.IMMEDIATE, false)),
        peer(
            "spring, asynchronous",
            SpringCache.CONFIGURATION
                + "writes not awaited, as by default, up to 1,000 under way: more exhaust the heap",
            Set.of(PUT),
            stage -> new SpringCache(stage, SpringCache.Writer.ASYNCHRONOUS, false)),
        peer(
            "spring, locking",
            SpringCache.CONFIGURATION + "`immediateWrites`, locking writer with its defaults",
            Set.of(GET, PUT),
            stage -> new SpringCache(stage, SpringCache.Writer.LOCKING, false)),
        peer(
            "jetcache (json)",
            JetCaches.CONFIGURATION + "typed JSON by Jackson 3",
            Set.of(GET, PUT, GET_ALL),
            stage -> new JetCaches(stage, JetCaches.Format.JSON, false)),
        peer(
            "jetcache (kryo)",
            JetCaches.CONFIGURATION + "Kryo 5, its fastest codec",
            Set.of(GET, PUT, GET_ALL),
            stage -> new JetCaches(stage, JetCaches.Format.KRYO, false)),
        peer(
            "redisson RBucket (json)",
            RedissonClients.CONFIGURATION + "typed JSON by Jackson 3",
            Set.of(GET, PUT, GET_ALL),
            stage -> new RedissonBuckets(stage, RedissonCodecs.json())),
        peer(
            "redisson RBucket (kryo)",
            RedissonClients.CONFIGURATION + "Kryo 5, its default codec",
            Set.of(GET, PUT, GET_ALL),
            stage -> new RedissonBuckets(stage, RedissonCodecs.kryo())),
        peer(
            "redisson RMapCache",
            RedissonClients.CONFIGURATION + "typed JSON by Jackson 3, `fastPut` (its native variant"
                + " needs Redis 7.4)",
            Set.of(GET, PUT, GET_ALL),
            RedissonMapCache::plain));
  }

  private static Contestant peer(
      String name,
      String configuration,
      Set<String> operations,
      ListingActs.Connecting connecting) {
    return new Contestant(
        name, Role.PEER, configuration, operations, ListingActs.opening(connecting));
  }

  private static Contestant lettuce(
      String name, Set<String> operations, LettuceFloor.Batching batching) {
    return new Contestant(
        name,
        Role.FLOOR,
        BareLettuce.CONFIGURATION + ", Jackson 3, batches by " + batching,
        operations,
        ListingActs.opening(stage -> new LettuceFloor(stage, batching)));
  }
}
