package dev.forebay.cache;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * Callers of one instance who ask for the same entries as those of others, and the source of them all.
 * Redis counts how often the source is asked for an entry. Its first answer is held back until the
 * entry is {@linkplain #release released}; any other takes 50 ms. For one thread.
 */
final class Stampede implements AutoCloseable {

  /** A cache whose loads keep their leases for as long as their process lives. */
  static final String PATIENT = "patient";

  /** A cache whose loads keep their leases for {@link #LEASE}. */
  static final String HASTY = "hasty";

  /** As {@link #PATIENT}, but the source fails when it is asked for the first time. */
  static final String FAILING = "failing";

  /** As {@link #PATIENT}, but entries are stale at once, and served while they are refreshed. */
  static final String STALE = "stale";

  static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration LOAD = Duration.ofMillis(50);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final int PATIENCE_SECONDS = 40;
  private static final Set<Thread.State> WAITING =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

  private final CachesFixture instance;
  private final Map<String, Cache<Long, String>> caches = new HashMap<>();
  private final Counters<Long> loads;
  private final Counters<Long> released;
  private final Map<Long, List<Caller>> callers = new HashMap<>();

  private record Caller(Thread thread, FutureTask<String> answer) {

    static Caller begin(Callable<String> call) {
      FutureTask<String> answer = new FutureTask<>(call);
      Thread thread = new Thread(answer, "caller");
      thread.setDaemon(true);
      thread.start();
      return new Caller(thread, answer);
    }

    boolean waitsOrHasEnded() {
      return WAITING.contains(thread.getState());
    }
  }

  Stampede(CachesFixture instance) {
    this.instance = instance;
    UnaryOperator<CacheBuilder<Long, String>> patiently =
        cache -> cache.leaseTime(Duration.ofHours(1));
    build(PATIENT, patiently);
    build(FAILING, patiently);
    build(HASTY, cache -> cache.leaseTime(LEASE));
    build(
        STALE,
        cache ->
            patiently.apply(cache).ttl(Duration.ofMillis(1)).serveStaleFor(Duration.ofHours(1)));
    this.loads = instance.caches.counters("loads").key("loads:{id}", Long.class).build();
    this.released =
        instance.caches.counters("released").key("released:{id}", Long.class).build();
  }

  private void build(String name, UnaryOperator<CacheBuilder<Long, String>> options) {
    caches.put(
        name,
        options
            .apply(instance.caches.cache(name).key(name + ":{id}", Long.class).value(String.class))
            .build());
  }

  Cache<Long, String> cache(String name) {
    return Objects.requireNonNull(caches.get(name), name);
  }

  /** Lets callers ask for an entry, and returns when each of them waits or has his answer. */
  void ask(String cache, long id, int singles, int batches) {
    List<Caller> asking = callers.computeIfAbsent(id, same -> new ArrayList<>());
    for (int i = 0; i < singles; i++) {
      asking.add(Caller.begin(() -> getOrLoad(cache, id)));
    }
    for (int i = 0; i < batches; i++) {
      asking.add(Caller.begin(() -> getAllOrLoad(cache, id)));
    }
    await()
        .pollInterval(POLL)
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> asking.stream().allMatch(Caller::waitsOrHasEnded));
  }

  String getOrLoad(String cache, long id) {
    return cache(cache).getOrLoad(id, same -> load(cache, id));
  }

  private String getAllOrLoad(String cache, long id) {
    Map<Long, String> found =
        cache(cache).getAllOrLoad(List.of(id), ids -> Map.of(id, load(cache, id)));
    return Objects.requireNonNull(found.get(id));
  }

  private String load(String cache, long id) {
    long number = loads.increment(id).orElseThrow();
    if (number == 1) {
      while (released.get(id).orElse(1) == 0) {
        History.pass(POLL);
      }
    }
    History.pass(LOAD);
    if (number == 1 && cache.equals(FAILING)) {
      throw new IllegalStateException("failure 1");
    }
    return "load " + number;
  }

  /** Lets the first answer of the source for an entry come, in whichever instance it is asked. */
  void release(long id) {
    released.increment(id).orElseThrow();
  }

  /** Returns how often the source was asked for an entry, by all instances. */
  long loads(long id) {
    return loads.get(id).orElseThrow();
  }

  /** Returns how many callers for an entry got which answer. Waits for all of them. */
  Map<String, Integer> answers(long id) throws InterruptedException, TimeoutException {
    Map<String, Integer> answers = new TreeMap<>();
    for (Caller caller : callers.getOrDefault(id, List.of())) {
      String answer;
      try {
        answer = caller.answer().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        answer = Objects.requireNonNull(e.getCause()).getMessage();
      }
      answers.merge(answer, 1, Integer::sum);
    }
    return answers;
  }

  @Override
  public void close() {
    instance.close();
  }
}
