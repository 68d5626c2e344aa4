package dev.forebay.benchmarks.cache;

import static dev.forebay.benchmarks.cache.ListingActs.NEAR_GET;
import static dev.forebay.benchmarks.cache.ListingActs.NEAR_READS;

import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Role;
import dev.forebay.benchmarks.Suite;
import java.util.List;
import java.util.Set;

/** Hits of a cache in the process, in front of Redis. */
public final class NearSuite implements Suite {

  @Override
  public String name() {
    return "near";
  }

  @Override
  public String question() {
    return "What does a hit cost that the process itself can answer? Latencies are those of "
        + NEAR_READS + " reads in a row, all else is for one read.";
  }

  @Override
  public List<Case> cases() {
    return List.of(
        hits(Callers.platform(1), 10_000),
        hits(Callers.platform(8), 10_000),
        hits(Callers.virtual(64), 10_000));
  }

  @Override
  public List<Case> quickCases() {
    return List.of(hits(Callers.platform(2), 500));
  }

  private static Case hits(Callers callers, int entries) {
    return Case.of(NEAR_GET, "hits of entries that the process holds", callers, entries)
        .units(NEAR_READS);
  }

  @Override
  public List<Contestant> contestants() {
    Set<String> hits = Set.of(NEAR_GET);
    return List.of(
        new Contestant(
            "caffeine",
            Role.FLOOR,
            "bounded by size, nothing expires; no Redis",
            hits,
            ListingActs.opening(stage -> CaffeineFloor.bySize())),
        new Contestant(
            "caffeine, expiring",
            Role.FLOOR,
            "bounded by size, `expireAfterWrite`; no Redis",
            hits,
            ListingActs.opening(stage -> CaffeineFloor.bySizeAndTime())),
        new Contestant(
            "jetcache two-level",
            Role.PEER,
            JetCaches.CONFIGURATION + "Caffeine before Redis, no broadcast, Kryo 5",
            hits,
            ListingActs.opening(stage -> new JetCaches(stage, JetCaches.Format.KRYO, true))),
        new Contestant(
            "redisson local, unbounded",
            Role.PEER,
            RedissonClients.CONFIGURATION
                + RedissonLocalMap.CONFIGURATION
                + "its own local store without a bound (by size it is slower than with Caffeine),"
                + " objects as local keys",
            hits,
            ListingActs.opening(RedissonLocalMap::unbounded)),
        new Contestant(
            "redisson local, caffeine",
            Role.PEER,
            RedissonClients.CONFIGURATION
                + RedissonLocalMap.CONFIGURATION
                + "Caffeine by size as local store, which takes no objects as keys",
            hits,
            ListingActs.opening(RedissonLocalMap::caffeine)));
  }
}
