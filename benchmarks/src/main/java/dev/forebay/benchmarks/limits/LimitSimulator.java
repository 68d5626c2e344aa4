package dev.forebay.benchmarks.limits;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongFunction;

/**
 * Compares what algorithms admit with what an exact log admits of the same calls, and finds the worst
 * window. No Redis, no clock: a simulation of windows of a minute each, in whole milliseconds, for
 * about {@value #PERMITS} permits, or as many as its argument says. Prints a table; the same each time.
 */
public final class LimitSimulator {

  private static final long WINDOW = 60_000;
  private static final int PERMITS = 2_000_000;
  private static final long[] LIMITS = {5, 100, 129, 1_000, 10_000};

  private LimitSimulator() {}

  /** A limit that is asked in the order of time. */
  private interface Counter {
    boolean take(long now);
  }

  private record Algorithm(String name, LongFunction<Counter> of) {}

  private static final List<Algorithm> ALGORITHMS = List.of(
      new Algorithm("sub-windows, 128", permits -> new SubWindows(permits, 128)),
      new Algorithm("sub-windows, 32", permits -> new SubWindows(permits, 32)),
      new Algorithm("auto", LimitSimulator::auto),
      new Algorithm("sliding window", permits -> new SubWindows(permits, 1)),
      new Algorithm("gcra, full burst", Gcra::new),
      new Algorithm("fixed window", FixedWindow::new));

  private static Counter auto(long permits) {
    return permits <= 128 ? new ExactLog(permits) : new SubWindows(permits, 128);
  }

  /** What one algorithm did: calls admitted, and the most in any window. */
  private record Outcome(long admitted, long worst) {}

  public static void main(String[] arguments) {
    print(System.out, arguments.length == 0 ? PERMITS : Integer.parseInt(arguments[0]));
  }

  static void print(PrintStream out, int all) {
    out.printf(
        "%-18s %8s  %-8s %14s %16s%n",
        "algorithm", "permits", "calls", "admitted/exact", "worst window");
    for (String shape : List.of("steady", "bursty")) {
      for (long permits : LIMITS) {
        long[] calls = shape.equals("steady") ? steady(permits, all) : bursty(permits, all);
        Outcome exact = play(new ExactLog(permits), calls);
        for (Algorithm algorithm : ALGORITHMS) {
          Outcome outcome = play(algorithm.of().apply(permits), calls);
          out.printf(
              Locale.ROOT,
              "%-18s %8d  %-8s %13.3f%% %15.1f%%%n",
              algorithm.name(),
              permits,
              shape,
              100.0 * outcome.admitted() / exact.admitted(),
              100.0 * outcome.worst() / permits);
        }
      }
    }
  }

  /** Half as many again as are allowed, at random times. */
  private static long[] steady(long permits, int all) {
    Random random = new Random(permits);
    long[] calls = new long[all * 3 / 2];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = random.nextLong(all / permits * WINDOW);
    }
    Arrays.sort(calls);
    return calls;
  }

  /** As many, in bursts of a third up to thrice the limit, each within a twentieth of a window. */
  private static long[] bursty(long permits, int all) {
    Random random = new Random(permits);
    long[] calls = new long[all * 3 / 2];
    for (int made = 0; made < calls.length; ) {
      long begin = random.nextLong(all / permits * WINDOW);
      long size = Math.min(calls.length - made, permits / 3 + 1 + random.nextLong(3 * permits));
      for (int i = 0; i < size; i++) {
        calls[made++] = begin + random.nextLong(WINDOW / 20);
      }
    }
    Arrays.sort(calls);
    return calls;
  }

  private static Outcome play(Counter counter, long[] calls) {
    long[] admitted = Arrays.stream(calls).filter(counter::take).toArray();
    int worst = 0;
    int oldest = 0;
    for (int newest = 0; newest < admitted.length; newest++) {
      while (admitted[newest] - admitted[oldest] >= WINDOW) {
        oldest++;
      }
      worst = Math.max(worst, newest - oldest + 1);
    }
    return new Outcome(admitted.length, worst);
  }

  private static final class ExactLog implements Counter {
    private final Deque<Long> times = new ArrayDeque<>();
    private final long permits;

    ExactLog(long permits) {
      this.permits = permits;
    }

    @Override
    public boolean take(long now) {
      while (!times.isEmpty() && now - times.getFirst() >= WINDOW) {
        times.removeFirst();
      }
      return times.size() < permits && times.add(now);
    }
  }

  /**
   * Counts per part of the window; the oldest weighs what of it is in the window still. Rounded to the
   * nearest permit, save for the sliding window, which has but one part.
   */
  private static final class SubWindows implements Counter {
    private final Deque<long[]> parts = new ArrayDeque<>(); // number and count
    private final long permits;
    private final long width;
    private final long half;
    private long total;

    SubWindows(long permits, int parts) {
      this.permits = permits;
      this.width = (WINDOW + parts - 1) / parts;
      this.half = parts == 1 ? 0 : width / 2;
    }

    @Override
    public boolean take(long now) {
      long from = now - WINDOW + 1;
      while (!parts.isEmpty() && (parts.getFirst()[0] + 1) * width <= from) {
        total -= parts.removeFirst()[1];
      }
      long scaled = total * width;
      if (!parts.isEmpty()) {
        long[] oldest = parts.getFirst();
        scaled -= oldest[1] * Math.max(0, from - oldest[0] * width);
      }
      if (scaled + width > permits * width + half) {
        return false;
      }
      long current = now / width;
      if (parts.isEmpty() || parts.getLast()[0] != current) {
        parts.add(new long[] {current, 0});
      }
      parts.getLast()[1]++;
      total++;
      return true;
    }
  }

  private static final class Gcra implements Counter {
    private final long permits;
    private long arrival; // in 1/permits of a ms

    Gcra(long permits) {
      this.permits = permits;
    }

    @Override
    public boolean take(long now) {
      long after = Math.max(arrival, now * permits) + WINDOW;
      if (after - now * permits > permits * WINDOW) {
        return false;
      }
      arrival = after;
      return true;
    }
  }

  private static final class FixedWindow implements Counter {
    private final long permits;
    private long window;
    private long count;

    FixedWindow(long permits) {
      this.permits = permits;
    }

    @Override
    public boolean take(long now) {
      if (now / WINDOW != window) {
        window = now / WINDOW;
        count = 0;
      }
      return count++ < permits;
    }
  }
}
