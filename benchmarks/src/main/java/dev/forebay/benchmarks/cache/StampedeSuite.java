package dev.forebay.benchmarks.cache;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.BareLettuce;
import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Pace;
import dev.forebay.benchmarks.RedissonClients;
import dev.forebay.benchmarks.Role;
import dev.forebay.benchmarks.Suite;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Many callers miss one key at the same moment, and loading it takes a while. */
public final class StampedeSuite implements Suite {

  private static final String STAMPEDE = "stampede";
  private static final int CALLERS = 256;
  private static final long LOAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  @Override
  public String name() {
    return STAMPEDE;
  }

  @Override
  public String question() {
    return "When all callers ask for one missing key at the same moment, and the source takes 50 ms:"
        + " how often is it asked, and how long does the slowest caller wait? Best are 1 load and"
        + " 50 ms.";
  }

  @Override
  public List<Case> cases() {
    return List.of(
        stampede(Callers.platform(CALLERS)), stampede(Callers.virtual(CALLERS)), instances(2));
  }

  @Override
  public List<Case> quickCases() {
    return List.of(stampede(Callers.platform(64)));
  }

  private static Case stampede(Callers callers) {
    return Case.of(STAMPEDE, "one missing key, a loader of 50 ms", callers, 1).pace(Pace.LOCKSTEP);
  }

  /** As many callers in all. */
  private static Case instances(int count) {
    return stampede(Callers.platform(CALLERS / count)).instances(count);
  }

  @Override
  public List<Contestant> contestants() {
    return List.of(
        contestant("forebay", Role.OURS, ForebayCache.CONFIGURATION, ForebayCache::new),
        contestant(
            "lettuce + jackson",
            Role.FLOOR,
            BareLettuce.CONFIGURATION + ", GET, load, SET: no protection",
            stage -> new LettuceFloor(stage, LettuceFloor.Batching.MGET)),
        contestant(
            "spring",
            Role.PEER,
            SpringCache.CONFIGURATION + "`sync = false`, non-locking writer",
            stage -> new SpringCache(stage, SpringCache.Writer.IMMEDIATE, false)),
        contestant(
            "spring sync",
            Role.PEER,
            SpringCache.CONFIGURATION + "`sync = true`, non-locking writer",
            stage -> new SpringCache(stage, SpringCache.Writer.IMMEDIATE, true)),
        contestant(
            "spring sync, locking",
            Role.PEER,
            SpringCache.CONFIGURATION + "`sync = true`, locking writer with its defaults",
            stage -> new SpringCache(stage, SpringCache.Writer.LOCKING, true)),
        contestant(
            "jetcache",
            Role.PEER,
            JetCaches.CONFIGURATION + "`computeIfAbsent`, Kryo 5",
            stage -> new JetCaches(stage, JetCaches.Format.KRYO, false)),
        contestant(
            "redisson RMapCache",
            Role.PEER,
            RedissonClients.CONFIGURATION + "read-through `MapLoader`, typed JSON",
            RedissonMapCache::loading));
  }

  private static Contestant contestant(
      String name, Role role, String configuration, ListingActs.Connecting connecting) {
    return new Contestant(name, role, configuration, Set.of(STAMPEDE), stage -> {
      ListingCache cache = connecting.connect(stage);
      LongAdder loads = new LongAdder();
      return new Act() {
        @Override
        public void perform(long number) throws Exception {
          ListingActs.check(number, cache.getOrLoad(number, id -> {
            loads.increment();
            takeAWhile();
            return Listing.of(id);
          }));
        }

        @Override
        public Map<String, Long> counts() {
          return Map.of("loads", loads.sum());
        }

        @Override
        public void close() {
          cache.close();
        }
      };
    });
  }

  // Stands for the database.
  private static void takeAWhile() {
    long end = System.nanoTime() + LOAD_NANOS;
    for (long left = LOAD_NANOS; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
