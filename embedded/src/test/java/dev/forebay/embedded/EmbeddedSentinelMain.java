package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM of its own for tests: starts a small set of servers, prints their numbers, and waits. */
final class EmbeddedSentinelMain {

  private EmbeddedSentinelMain() {}

  public static void main(String... arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    EmbeddedSentinel redis = EmbeddedSentinel.builder().replicas(1).sentinels(1).start();
    out.println(Stream.concat(redis.nodes().stream(), redis.sentinels().stream())
        .map(server -> Long.toString(server.pid()))
        .collect(Collectors.joining(" ")));
    out.println(Stream.concat(redis.nodes().stream(), redis.sentinels().stream())
        .map(server -> String.valueOf(server.dataFolder().getParent()))
        .collect(Collectors.joining(" ")));
    int unused = System.in.read();
  }
}
