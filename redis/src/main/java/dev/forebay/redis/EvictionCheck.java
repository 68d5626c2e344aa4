package dev.forebay.redis;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, once, when the server of a workload that must lose nothing may evict keys, or one of those
 * of a cluster. An eviction policy belongs to a server, not to a database: a cache beside it would
 * then push out jobs, sessions and login limits.
 */
final class EvictionCheck implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  private final RedisSettings settings;
  private final Workload workload;
  private final Supplier<@Nullable Link> link;
  private final AtomicBoolean warned = new AtomicBoolean();

  /** @param link the connection to look at, if there is one at the moment */
  EvictionCheck(RedisSettings settings, Workload workload, Supplier<@Nullable Link> link) {
    this.settings = settings;
    this.workload = workload;
    this.link = link;
  }

  /** Blocks up to the command time-out. */
  @Override
  public void run() {
    Link present = link.get();
    if (workload == Workload.CACHE || present == null || warned.get()) {
      return;
    }
    Map<String, CompletableFuture<String>> asked = present.info("memory");
    asked
        .values()
        .forEach(figures ->
            figures.orTimeout(settings.commandTimeout().toMillis(), TimeUnit.MILLISECONDS));
    Map<String, String> evicting = new TreeMap<>();
    asked.forEach((node, figures) -> policyOf(figures)
        .filter(policy -> !policy.equals("noeviction"))
        .ifPresent(policy -> evicting.put(node, policy)));
    if (!evicting.isEmpty() && warned.compareAndSet(false, true)) {
      String nodes = present.isSharded() ? ", " + String.join(", ", evicting.keySet()) + "," : "";
      log.warn(
          "Redis at {}{} evicts ({}) and holds {}, of which nothing may be lost. Set its maxmemory-policy to noeviction, or give {} a server of its own by {}",
          settings.address(workload),
          nodes,
          String.join(", ", new TreeSet<>(evicting.values())),
          workload,
          workload,
          settings.nameOf(Setting.urlOf(workload)));
    }
  }

  /** Empty where the server does not tell. */
  private Optional<String> policyOf(CompletableFuture<String> figures) {
    try {
      return Optional.ofNullable(Redis.fieldsOf(figures.join()).get("maxmemory_policy"));
    } catch (CompletionException | CancellationException e) {
      log.trace("A server does not tell whether it evicts", e);
      return Optional.empty();
    }
  }
}
