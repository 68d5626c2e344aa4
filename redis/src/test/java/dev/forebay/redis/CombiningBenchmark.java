package dev.forebay.redis;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.redis.spi.LuaScript;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Compares a command by plain Lettuce with the same by ours: many callers, one connection to each
 * server, each caller waits for its reply. Both take turns within one process, as absolute figures
 * of a shared machine mean little. Arguments: {@code get}, {@code script}, {@code loop-script}, which
 * is its own batch form, or the same after {@code cluster-}; seconds per turn; rounds; and which
 * callers, by the beginning of their name. Not run by the build.
 */
final class CombiningBenchmark {

  private static final int KEYS = 10_000;
  private static final int MOST_SAMPLES = 1 << 16;

  private static final List<String> PLATFORM = List.of("platform 1", "platform 8", "platform 64");
  private static final List<String> WITH_VIRTUAL =
      List.of("platform 1", "platform 8", "platform 64", "virtual 64", "virtual 256");

  record Turn(double perSecond, double p99Micros, double cpuMicros) {}

  private CombiningBenchmark() {}

  public static void main(String[] args) throws Exception {
    String what = args.length > 0 ? args[0] : "get";
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 1;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 7;
    String only = args.length > 3 ? args[3] : "";
    if (what.startsWith("cluster")) {
      try (EmbeddedCluster cluster = EmbeddedCluster.start();
          RedisClusterClient client =
              RedisClusterClient.create(cluster.nodes().get(0).uri())) {
        StatefulRedisClusterConnection<String, byte[]> plain = client.connect(LettuceClient.CODEC);
        compare(what, TestSettings.clusterUri(cluster.uri()), plain.sync(), seconds, rounds, only);
      }
    } else {
      try (EmbeddedRedis server = EmbeddedRedis.start();
          RedisClient client = RedisClient.create(server.uri())) {
        StatefulRedisConnection<String, byte[]> plain = client.connect(LettuceClient.CODEC);
        compare(what, server.uri(), plain.sync(), seconds, rounds, only);
      }
    }
  }

  private static void compare(
      String what,
      String uri,
      RedisClusterCommands<String, byte[]> sync,
      double seconds,
      int rounds,
      String only)
      throws Exception {
    LuaScript script = what.endsWith("loop-script")
        ? LuaScript.beside(CombiningBenchmark.class, "count_calls").combinableAsItIs()
        : LuaScript.beside(CombiningBenchmark.class, "count_call").combinable();
    byte[] minute = "60000".getBytes(StandardCharsets.US_ASCII);
    try (Redis redis = Redis.connect(RedisSettings.builder()
        .uri(uri)
        .availability(Availability.REQUIRED)
        .commandTimeout(Duration.ofSeconds(5))
        .build())) {
      for (int i = 0; i < KEYS; i++) {
        redis.commands().set("key:" + i, new byte[200], Duration.ofHours(1)).await();
      }
      Consumer<String> lettuce;
      Consumer<String> ours;
      if (what.endsWith("script")) {
        sync.scriptLoad(script.source());
        lettuce = key -> check(sync.<String>evalsha(
            script.sha1(), ScriptOutputType.STATUS, new String[] {"n" + key}, minute));
        ours = key -> check(redis
            .commands()
            .eval(script, List.of("n" + key), List.of(minute))
            .await()
            .text());
      } else {
        lettuce = key -> check(sync.get(key));
        ours = key -> check(redis.commands().get(key).await().orElseThrow());
      }
      System.out.printf(
          "%s, JDK %s, %d processors, %.1f s a turn, medians of %d rounds%n",
          what,
          System.getProperty("java.version"),
          Runtime.getRuntime().availableProcessors(),
          seconds,
          rounds);
      System.out.printf(
          "%-16s %9s %9s %7s %9s %9s %9s %9s%n",
          "callers", "lettuce/s", "ours/s", "ratio", "p99 µs", "ours", "CPU µs", "ours");
      boolean virtual = Runtime.version().feature() >= 21;
      for (String callers : virtual ? WITH_VIRTUAL : PLATFORM) {
        if (callers.startsWith(only)) {
          compare(callers, lettuce, ours, seconds, rounds);
        }
      }
    }
  }

  private static void check(String count) {
    if (Long.parseLong(count) < 1) {
      throw new AssertionError("not a count: " + count);
    }
  }

  private static void check(byte[] value) {
    if (value.length != 200) {
      throw new AssertionError("not the value that was set");
    }
  }

  private static void compare(
      String name, Consumer<String> lettuce, Consumer<String> ours, double seconds, int rounds)
      throws Exception {
    int callers = Integer.parseInt(name.substring(name.indexOf(' ') + 1));
    ExecutorService threads =
        name.startsWith("virtual") ? virtualThreads() : Executors.newFixedThreadPool(callers);
    turn(threads, callers, lettuce, seconds);
    turn(threads, callers, ours, seconds);
    List<Turn> a = new ArrayList<>();
    List<Turn> b = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      a.add(turn(threads, callers, lettuce, seconds));
      b.add(turn(threads, callers, ours, seconds));
    }
    threads.shutdown();
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      ratios[i] = b.get(i).perSecond() / a.get(i).perSecond();
    }
    System.out.printf(
        Locale.ROOT,
        "%-16s %9.0f %9.0f %6.2fx %9.0f %9.0f %9.1f %9.1f%n",
        name,
        median(a.stream().mapToDouble(Turn::perSecond)),
        median(b.stream().mapToDouble(Turn::perSecond)),
        median(Arrays.stream(ratios)),
        median(a.stream().mapToDouble(Turn::p99Micros)),
        median(b.stream().mapToDouble(Turn::p99Micros)),
        median(a.stream().mapToDouble(Turn::cpuMicros)),
        median(b.stream().mapToDouble(Turn::cpuMicros)));
  }

  static Turn turn(ExecutorService threads, int callers, Consumer<String> get, double seconds)
      throws InterruptedException {
    long[][] samples = new long[callers][];
    long[] counts = new long[callers];
    CountDownLatch done = new CountDownLatch(callers);
    long cpu = cpuNanos();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    for (int c = 0; c < callers; c++) {
      int caller = c;
      threads.execute(() -> {
        try {
          long[] mine = new long[MOST_SAMPLES / callers];
          long count = 0;
          ThreadLocalRandom random = ThreadLocalRandom.current();
          for (long now = System.nanoTime(); now < end; ) {
            get.accept("key:" + random.nextInt(KEYS));
            long after = System.nanoTime();
            mine[(int) (count++ % mine.length)] = after - now;
            now = after;
          }
          samples[caller] = Arrays.copyOf(mine, (int) Math.min(count, mine.length));
          counts[caller] = count;
        } finally {
          done.countDown();
        }
      });
    }
    done.await();
    long elapsed = System.nanoTime() - start;
    long cpuUsed = cpuNanos() - cpu;
    long total = Arrays.stream(counts).sum();
    long[] all = Arrays.stream(samples).flatMapToLong(Arrays::stream).sorted().toArray();
    return new Turn(
        total * 1e9 / elapsed, all[(int) (all.length * 0.99)] / 1e3, cpuUsed / 1e3 / total);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  static double median(java.util.stream.DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  static ExecutorService virtualThreads() throws ReflectiveOperationException {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }
}
