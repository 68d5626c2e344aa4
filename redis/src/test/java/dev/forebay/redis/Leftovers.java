package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.embedded.EmbeddedCluster;
import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedSentinel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What connections leave behind: threads of this JVM, of whatever name, and clients of servers, of
 * replicas and sentinels too. For tests that nothing runs beside.
 */
final class Leftovers {

  /** Threads that all of a JVM share: its own, those of test tools, and Reactor's "parallel". */
  private static final Pattern OF_OTHERS =
      Pattern.compile("(ForkJoinPool|CompletableFutureDelay|VirtualThread|process reaper).*"
          + "|(awaitility|junit|globalEventExecutor|parallel-).*");

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Set<Thread> threads = Thread.getAllStackTraces().keySet();
  private final Map<EmbeddedRedis, Integer> clients = new HashMap<>();

  private Leftovers(Stream<EmbeddedRedis> servers) {
    servers.forEach(server -> clients.put(server, clientsOf(server).size()));
  }

  /** Notes what is there before anything is connected. */
  static Leftovers since(EmbeddedRedis... servers) {
    return new Leftovers(Stream.of(servers));
  }

  static Leftovers since(EmbeddedSentinel sentinel) {
    return new Leftovers(Stream.concat(sentinel.nodes().stream(), sentinel.sentinels().stream()));
  }

  static Leftovers since(EmbeddedCluster cluster) {
    return new Leftovers(cluster.nodes().stream());
  }

  /** Waits until each server that runs has so many clients at most, besides those of before. */
  void awaitClients(int most) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> clients.forEach((server, before) -> {
          if (server.isRunning()) {
            assertThat(clientsOf(server))
                .as("clients of %s", server)
                .hasSizeLessThanOrEqualTo(before + most);
          }
        }));
  }

  /** Waits until no server has more clients than before, and no thread runs that did not before. */
  void awaitNone() {
    awaitClients(0);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(newThreads()).isEmpty());
  }

  private List<String> newThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !threads.contains(thread))
        .map(Thread::getName)
        .filter(name -> !OF_OTHERS.matcher(name).matches())
        .toList();
  }

  /** Servers and sentinels give their own connections names; ours have none. */
  private static List<String> clientsOf(EmbeddedRedis server) {
    return Stream.of("normal", "pubsub")
        .map(type -> String.valueOf(server.execute("CLIENT", "LIST", "TYPE", type)))
        .flatMap(String::lines)
        .filter(line -> line.contains(" name= "))
        .toList();
  }
}
