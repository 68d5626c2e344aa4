package dev.forebay.cache;

import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A caller and a batch who ask for entry 1 while another caller of the instance loads it. */
final class Sharers {

  private Sharers() {}

  /**
   * Returns what the two are served.
   *
   * @param own what they would load themselves
   * @param release lets the other load end, once both wait for it
   */
  static <V> List<V> askBefore(
      Runnable release, Cache<Long, V> cache, V own, ExecutorService threads) throws Exception {
    List<Thread> asking = new CopyOnWriteArrayList<>();
    Future<V> single = threads.submit(() -> {
      asking.add(Thread.currentThread());
      return cache.getOrLoad(1L, id -> own);
    });
    Future<Map<Long, V>> batch = threads.submit(() -> {
      asking.add(Thread.currentThread());
      return cache.getAllOrLoad(List.of(1L), ids -> Map.of(1L, own));
    });
    await()
        .until(() -> asking.size() == 2
            && asking.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
    release.run();
    List<V> served = new ArrayList<>();
    served.add(single.get(60, TimeUnit.SECONDS));
    served.add(batch.get(60, TimeUnit.SECONDS).get(1L));
    return served;
  }
}
