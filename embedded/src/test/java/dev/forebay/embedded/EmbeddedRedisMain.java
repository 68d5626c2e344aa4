package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;

/** A JVM of its own for tests: starts a server, tells of it, and ends as its input says. */
final class EmbeddedRedisMain {

  private EmbeddedRedisMain() {}

  public static void main(String... arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try {
      EmbeddedRedis redis = EmbeddedRedis.start();
      out.println(redis.pid());
      out.println(ServerFolders.of(redis));
      out.println(redis.version());
      String word = in.readLine();
      if ("exit".equals(word)) {
        System.exit(0);
      } else if ("close".equals(word)) {
        redis.close();
      } else if ("halt".equals(word)) {
        Runtime.getRuntime().halt(0);
      }
    } catch (EmbeddedServerException e) {
      out.println("failed: " + String.valueOf(e.getMessage()).replace('\n', ' '));
    }
  }
}
