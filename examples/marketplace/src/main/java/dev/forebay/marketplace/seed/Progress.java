package dev.forebay.marketplace.seed;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/** Shows how far a long step is: one moving bar where a person watches, a line per quarter elsewhere. */
final class Progress {

  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean watched;
  private final long total;
  private long done;
  private long shown = -1;

  Progress(PrintStream out, boolean watched, long total) {
    this.out = out;
    this.watched = watched;
    this.total = Math.max(1, total);
  }

  /** Whether standard output is a terminal. From Java 22 on there is a console object even where it is not. */
  @SuppressWarnings("SystemConsoleNull")
  static boolean isWatched() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException beforeJava22) {
      return true;
    }
  }

  void step(String what) {
    done++;
    long parts = watched ? 100 : 4;
    long part = Math.min(parts, done * parts / total);
    if (part == shown) {
      return;
    }
    shown = part;
    long percent = part * 100 / parts;
    if (watched) {
      int filled = (int) (part * WIDTH / parts);
      out.printf(
          Locale.ROOT,
          "\r  Seeding [%s%s] %3d%% %-10s",
          "█".repeat(filled),
          "·".repeat(WIDTH - filled),
          percent,
          what);
      out.flush();
    } else {
      out.printf(Locale.ROOT, "  Seeding %d%% (%s)%n", percent, what);
    }
  }

  void finish() {
    if (watched) {
      out.printf("\r%-60s\r", "");
      out.flush();
    }
  }
}
