package dev.forebay.testing;

import dev.forebay.embedded.EmbeddedRedis;
import java.util.Arrays;

/** How often a server was called by commands, those within scripts among them. */
public final class CommandCalls {

  private CommandCalls() {}

  /**
   * Returns how often, since the server was started or its statistics were reset. One round trip.
   *
   * @param commands in lower case, {@code "eval", "evalsha"} say; summed
   */
  public static long of(EmbeddedRedis server, String... commands) {
    return String.valueOf(server.execute("INFO", "commandstats"))
        .lines()
        .filter(line -> Arrays.stream(commands)
            .anyMatch(command -> line.startsWith("cmdstat_" + command + ":calls=")))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
        .sum();
  }
}
