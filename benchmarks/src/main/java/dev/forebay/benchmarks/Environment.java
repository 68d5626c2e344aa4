package dev.forebay.benchmarks;

import dev.forebay.embedded.EmbeddedRedis;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where and with what was measured.
 *
 * @param load of the machine in the minute before the run: what else it had to do
 * @param redisBenchmark what Redis's own tool reached before the run
 * @param libraries file names of all jars
 */
record Environment(
    String at,
    String commit,
    String processor,
    int processors,
    String system,
    String load,
    String java,
    List<String> jvmOptions,
    String redis,
    String redisBenchmark,
    List<String> libraries) {

  /** Keeps the system without the build of its kernel. */
  Environment {
    system = system.replaceFirst("-.*", "");
  }

  static Environment of(EmbeddedRedis redis, String redisBenchmark) {
    return new Environment(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        System.getProperty("forebay.commit", "unknown"),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        String.format(
            Locale.ROOT,
            "%.2f",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        RemotePlayer.JVM_OPTIONS,
        redis.version(),
        redisBenchmark,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(jar -> Path.of(jar).getFileName().toString())
            .filter(name -> name.endsWith(".jar"))
            .sorted()
            .toList());
  }

  private static String processorName() {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
