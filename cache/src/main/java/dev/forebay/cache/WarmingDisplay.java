package dev.forebay.cache;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how a cache warms: a person by a bar in the terminal, others by a line in the log. */
final class WarmingDisplay implements Consumer<WarmingProgress> {

  private static final Logger log = LoggerFactory.getLogger(CacheWarmer.class);
  private static final Duration LINE_EACH = Duration.ofSeconds(10);
  private static final Duration BAR_EACH = Duration.ofMillis(100);
  private static final int WIDTH = 30;

  private final Optional<PrintStream> terminal;
  private Duration next;

  /** @param terminal where a person watches, or empty to use the log */
  WarmingDisplay(Optional<PrintStream> terminal) {
    this.terminal = terminal;
    this.next = terminal.isPresent() ? Duration.ZERO : LINE_EACH;
  }

  static WarmingDisplay forThisProcess() {
    return new WarmingDisplay(isWatched() ? Optional.of(System.err) : Optional.empty());
  }

  @Override
  public void accept(WarmingProgress progress) {
    if (!progress.ended() && progress.elapsed().compareTo(next) < 0) {
      return;
    }
    if (terminal.isPresent()) {
      next = progress.elapsed().plus(BAR_EACH);
      terminal.get().print("\r" + bar(progress) + "\033[K" + (progress.ended() ? "\n" : ""));
      terminal.get().flush();
    } else {
      next = progress.elapsed().plus(LINE_EACH);
      log.info("{}", line(progress));
    }
  }

  static String bar(WarmingProgress progress) {
    if (progress.total().isEmpty()) {
      return line(progress);
    }
    double share =
        Math.min(1, progress.done() / (double) Math.max(1, progress.total().getAsLong()));
    int full = (int) Math.round(share * WIDTH);
    return "[%s%s] %s".formatted("#".repeat(full), ".".repeat(WIDTH - full), line(progress));
  }

  static String line(WarmingProgress progress) {
    StringBuilder line = new StringBuilder(80);
    line.append(
        "Cache '%s' %s: ".formatted(progress.cache(), progress.ended() ? "warmed" : "warms"));
    line.append(number(progress.done()));
    progress.total().ifPresent(total -> line.append(" of ").append(number(total)));
    line.append(" keys, ").append(number(progress.loaded())).append(" loaded");
    if (progress.failed() > 0) {
      line.append(", ").append(number(progress.failed())).append(" failed");
    }
    line.append(", ").append(number(Math.round(progress.rate()))).append("/s, ");
    if (progress.ended()) {
      line.append(seconds(progress.elapsed()));
    } else {
      line.append(progress
          .remaining()
          .map(left -> seconds(left) + " left")
          .orElse(seconds(progress.elapsed()) + " so far"));
    }
    return line.toString();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  /** From Java 22 on there may be a console that is no terminal. */
  @SuppressWarnings("SystemConsoleNull") // before Java 22 it tells
  private static boolean isWatched() {
    Console console = System.console();
    if (console == null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
