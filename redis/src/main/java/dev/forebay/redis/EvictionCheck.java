package dev.forebay.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, once, when the server of a workload that must lose nothing may evict keys. An eviction
 * policy belongs to a server, not to a database: a cache beside it would then push out jobs,
 * sessions and login limits.
 */
final class EvictionCheck implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  private final Redis redis;
  private final AtomicBoolean warned = new AtomicBoolean();

  EvictionCheck(Redis redis) {
    this.redis = redis;
  }

  @Override
  public void run() {
    Workload workload = redis.workload();
    if (workload == Workload.CACHE) {
      return;
    }
    redis
        .serverInfo()
        .filter(info -> !info.maxMemoryPolicy().equals("noeviction"))
        .filter(info -> warned.compareAndSet(false, true))
        .ifPresent(info -> log.warn(
            "Redis at {} evicts ({}) and holds {}, of which nothing may be lost. Set its maxmemory-policy to noeviction, or give {} a server of its own by {}",
            redis.settings().address(workload),
            info.maxMemoryPolicy(),
            workload,
            workload,
            redis.settings().nameOf(Setting.urlOf(workload))));
  }
}
