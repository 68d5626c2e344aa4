package dev.forebay.cache;

import dev.forebay.redis.ConnectionState;
import dev.forebay.redis.ForebayException;
import dev.forebay.redis.Redis;
import dev.forebay.redis.spi.KeyTemplate;
import dev.forebay.redis.spi.RedisCommands;
import dev.forebay.redis.spi.WireFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All caches and counters on one {@link Redis}. Safe for concurrent use. */
public final class Caches implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Cache.class);
  private static final int SWEEP_SECONDS = 1;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Redis redis;
  private final CacheListeners listeners = new CacheListeners();
  private final ConcurrentMap<String, Cache<?, ?>> caches = new ConcurrentHashMap<>();
  private final Map<String, KeyTemplate<?>> owners = new TreeMap<>(); // guarded by claiming
  private final ReentrantLock claiming = new ReentrantLock();
  private final ScheduledExecutorService sweeper;
  private volatile @Nullable CacheAdministration administration;
  private final List<InvalidationJournal> journals = new CopyOnWriteArrayList<>();
  private final List<Leases> leases = new CopyOnWriteArrayList<>();
  private final Wakeups wakeups;
  private final List<LoadThreads> loadThreads = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, Watched> watched = new ConcurrentHashMap<>();
  private final CacheOversight oversight;

  private Caches(Redis redis, Duration poll) {
    this.redis = redis;
    this.wakeups = new Wakeups(CacheKeys.channels(redis.settings().keyPrefix()), poll);
    this.sweeper = Executors.newSingleThreadScheduledExecutor(runnable -> {
      Thread thread = new Thread(runnable, "forebay-cache-sweeper");
      thread.setDaemon(true);
      return thread;
    });
    this.oversight = CacheOversight.begin(redis, this::statistics, CacheOversight.FLUSH_INTERVAL);
  }

  /**
   * Returns a home for caches on {@code redis}, which its owner closes. While entries are noted that
   * could not be deleted, it tries again each second and whenever Redis is back, so that other
   * instances are rid of them too.
   */
  public static Caches on(Redis redis) {
    return on(redis, Wakeups.POLL);
  }

  /** @param poll how long who waits for a load trusts that he is told of its end, on average */
  static Caches on(Redis redis, Duration poll) {
    Caches caches = new Caches(redis, poll);
    if (redis.settings().enabled()) {
      caches.listeners.add(new CacheLog(redis.settings(), System::nanoTime));
      redis
          .commands()
          .subscribe(caches.wakeups.channels() + caches.wakeups.instance(), caches.wakeups::wake);
      FallbackWatch.begin(redis, caches.listeners);
      var unused = caches.sweeper.scheduleWithFixedDelay(
          caches::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
      redis.onStateChange(caches::sweepWhenConnected);
    }
    return caches;
  }

  /**
   * Begins to describe a cache. All instances that name it share its entries, so one name and key
   * template stand for one type, encoded in one way, in all of them; nothing stored says which type it
   * was. Where a release changes the type so that the other one must not read it, give the cache
   * another name and template.
   *
   * @param name 1 to 64 letters, digits and {@code . _ -}; by it statistics and logs know the cache
   */
  public CacheBuilder<Object, Object> cache(String name) {
    return new CacheBuilder<>(this, requireName(name));
  }

  /**
   * Begins to describe counters.
   *
   * @param name 1 to 64 letters, digits and {@code . _ -}
   */
  public CountersBuilder<Object> counters(String name) {
    return new CountersBuilder<>(this, requireName(name));
  }

  /** Tells {@code listener} what all caches do from now on. */
  public void addListener(CacheListener listener) {
    listeners.add(listener);
  }

  /**
   * Sets who may administer the caches that are built from now on and switch them, and who keeps the
   * record.
   *
   * @param actor tells who is acting on the current thread; what it throws denies administrative
   *     operations, and elsewhere goes on record as unknown
   * @throws IllegalStateException if there are caches already: they would be without
   */
  public void administer(CacheAudit audit, Supplier<String> actor, CacheAccess access) {
    Objects.requireNonNull(audit, "audit");
    Objects.requireNonNull(actor, "actor");
    Objects.requireNonNull(access, "access");
    if (!caches.isEmpty()) {
      throw new IllegalStateException(
          "The caches %s exist already and would not be audited. Call administer(...) before the first is built."
              .formatted(new TreeSet<>(caches.keySet())));
    }
    CacheAdministration administration =
        new CacheAdministration(audit, actor, access, Clock.systemUTC());
    this.administration = administration;
    oversight.switches().administer(administration);
  }

  /** Returns the counts of each cache of this instance, by name. No round trip. */
  public Map<String, CacheStatistics> statistics() {
    Map<String, CacheStatistics> statistics = new TreeMap<>();
    caches.forEach((name, cache) -> statistics.put(name, cache.statistics()));
    return statistics;
  }

  /**
   * Returns the keys of a cache that this instance reads most. No round trip.
   *
   * @throws IllegalArgumentException if there is no such cache
   */
  public HotKeys hotKeys(String cache) {
    Watched found = watched.get(Objects.requireNonNull(cache, "cache"));
    if (found == null) {
      throw new IllegalArgumentException(
          "No cache '%s'; there are %s".formatted(cache, new TreeMap<>(watched).keySet()));
    }
    return found.hotKeys();
  }

  /**
   * Estimates what each cache holds in Redis, by looking at 100,000 keys at most. About one round
   * trip for each 1,000 of them, and one more. The server is never blocked.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails, or may not be asked for {@code MEMORY
   *     USAGE}
   */
  public Map<String, CacheInventory> inventory() {
    Map<String, Predicate<String>> owners = new TreeMap<>();
    watched.forEach((name, cache) -> owners.put(name, cache.keys()::isName));
    return new InventorySample(redis.commands(), owners, InventorySample.KEYS).take();
  }

  /**
   * Recommends what to change, the gravest first, from the figures of this instance. As many round
   * trips as {@link #inventory}; goes without it if Redis fails.
   */
  public List<CacheAdvice> advice() {
    Map<String, CacheInventory> inventories = new TreeMap<>();
    try {
      inventories.putAll(inventory());
    } catch (ForebayException e) {
      log.debug("Advice goes without an inventory: {}", e.getClass().getSimpleName());
    }
    return new TreeMap<>(watched)
        .entrySet().stream()
            .flatMap(cache -> CacheAdvice.on(cache
                    .getValue()
                    .evidence(
                        cache.getKey(),
                        inventories.getOrDefault(cache.getKey(), CacheInventory.nothing())))
                .stream())
            .sorted(Comparator.comparing(CacheAdvice::severity).thenComparing(CacheAdvice::topic))
            .toList();
  }

  /**
   * Returns the statistics of all instances of the application together, by the caches of this one.
   * One round trip.
   *
   * @throws dev.forebay.redis.ForebayException if Redis fails
   */
  public FleetStatistics fleetStatistics() {
    return oversight.fleet().read();
  }

  /** Returns the switches that take caches off and on at run time. */
  public CacheSwitches switches() {
    return oversight.switches();
  }

  <K, V> Cache<K, V> build(
      String name, KeyTemplate<K> template, WireFormat<V> format, CachePolicy<K, V> policy) {
    CacheAdministration administration = this.administration;
    if (policy.audited() && administration == null) {
      throw new IllegalStateException(
          "Cache '%s' is audited() but there is no audit. Call administer(audit, actor, access) first: CacheAudit.toLog() writes to the log."
              .formatted(name));
    }
    claim(name, template);
    CacheKeys<K> keys = new CacheKeys<>("Cache", redis.settings().keyPrefix(), name, template);
    Cache<K, V> cache = redis.settings().enabled()
        ? new SwitchedCache<>(
            onRedis(name, keys, format, policy), keys, oversight.switches().of(name))
        : new PassThroughCache<>(name, keys);
    if (administration != null) {
      cache = new AdministeredCache<>(cache, template, administration, policy.audited());
    }
    caches.put(name, cache);
    return cache;
  }

  <K> Counters<K> buildCounters(String name, KeyTemplate<K> template, Duration ttl) {
    claim(name, template);
    return new RedisCounters<>(
        name,
        new CacheKeys<>("Counters", redis.settings().keyPrefix(), name, template),
        ttl,
        redis.settings().enabled(),
        redis.commands(),
        new CacheRecorder(name, listeners));
  }

  private <K, V> Cache<K, V> onRedis(
      String name, CacheKeys<K> keys, WireFormat<V> format, CachePolicy<K, V> policy) {
    CacheRecorder recorder = new CacheRecorder(name, listeners);
    watched.put(name, new Watched(keys, recorder, policy.compressed()));
    RedisCommands commands = redis.commands();
    CacheScripts scripts = new CacheScripts(commands);
    EntryScan scan = new EntryScan(keys, commands, scripts, wakeups.channels());
    InvalidationJournal journal = new InvalidationJournal(name, keys, scan, commands);
    journals.add(journal);
    Leases leasesOfCache = new Leases(scripts, wakeups, policy.leaseTime());
    leases.add(leasesOfCache);
    EntryWriter<V> writer = new EntryWriter<>(format, policy, recorder);
    EntryOverwriter<V> overwriter =
        new EntryOverwriter<>(writer, commands, scripts, wakeups.channels());
    EntryStore<V> entries =
        new EntryStore<>(scan, format, policy, commands, overwriter, recorder, journal);
    EntryLifetimes<V> lifetimes =
        new EntryLifetimes<>(format, policy, commands, scripts, recorder, journal);
    LeasedEntries<V> leased =
        new LeasedEntries<>(writer, commands, scripts, leasesOfCache, recorder, journal);
    LoadThreads threads = new LoadThreads(name);
    loadThreads.add(threads);
    Loading<V> loading = new Loading<>(name, entries, leased, policy, threads, recorder);
    Refreshes<V> refreshes =
        new Refreshes<>(name, entries, leased, loading, policy, threads, recorder);
    EntryLoader<V> loads =
        new EntryLoader<>(entries, leased, policy, loading, refreshes, wakeups, recorder);
    EntryBatchLoader<V> batches =
        new EntryBatchLoader<>(entries, leased, loading, refreshes, policy, wakeups, recorder);
    BooleanSupplier cutOff = () -> redis.state() != ConnectionState.CONNECTED;
    SharedReads<K, V> reads = new SharedReads<>(name, policy, cutOff, loads, batches, recorder);
    return new RedisCache<>(name, keys, policy, entries, lifetimes, leased, reads, recorder);
  }

  /** Stops its threads. Caches stay usable, but refresh nothing in the background. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    oversight.close();
    loadThreads.forEach(LoadThreads::close);
  }

  private void sweepWhenConnected(ConnectionState state) {
    if (state == ConnectionState.CONNECTED) {
      try {
        sweeper.execute(this::replayJournals);
      } catch (RejectedExecutionException e) {
        log.trace("Closed meanwhile", e);
      }
    }
  }

  private void sweep() {
    leases.forEach(Leases::renewAll);
    replayJournals();
  }

  private void replayJournals() {
    for (InvalidationJournal journal : journals) {
      try {
        journal.replay();
      } catch (RuntimeException e) {
        // Its message may hold a key: servers quote the arguments of what they refuse.
        log.debug(
            "Redis fails still ({}); what is left in the journal stays noted",
            e.getClass().getSimpleName());
      }
    }
  }

  /** Whether Redis has every invalidation that a cache was asked for. No round trip. */
  boolean owesNothing() {
    return journals.stream().allMatch(InvalidationJournal::isEmpty);
  }

  /** Returns the callers who wait for loads by other instances. */
  Wakeups wakeups() {
    return wakeups;
  }

  private void claim(String name, KeyTemplate<?> template) {
    claiming.lock();
    try {
      KeyTemplate<?> namesake = owners.get(name);
      if (namesake != null) {
        throw new IllegalStateException(
            "'%s' exists already, with keys '%s'. Build it once and share it."
                .formatted(name, namesake));
      }
      owners.forEach((owner, keys) -> {
        if (keys.overlaps(template)) {
          throw new IllegalStateException(
              "'%s' with keys '%s' and '%s' with keys '%s' could share a key. Give each a word of its own to begin with."
                  .formatted(owner, keys, name, template));
        }
      });
      owners.put(name, template);
    } finally {
      claiming.unlock();
    }
  }

  private static String requireName(String name) {
    if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a cache name. Use 1 to 64 letters, digits and . _ -".formatted(name));
    }
    return name;
  }

  /** What is known of a cache on Redis beside its entries. */
  private record Watched(CacheKeys<?> keys, CacheRecorder recorder, boolean compressed) {

    HotKeys hotKeys() {
      return recorder.hotKeys(keys::withoutPrefix);
    }

    CacheEvidence evidence(String name, CacheInventory inventory) {
      return new CacheEvidence(name, recorder.statistics(), inventory, hotKeys(), compressed);
    }
  }
}
