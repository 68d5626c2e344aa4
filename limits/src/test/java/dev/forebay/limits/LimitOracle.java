package dev.forebay.limits;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an algorithm must answer, written as plainly as its definition, with no care for speed. Time
 * never goes back: it stands still until it is past what was taken last.
 */
abstract class LimitOracle {

  final long permits;
  final long window;
  long latest = Long.MIN_VALUE;
  private boolean whole = true;

  LimitOracle(Limit limit) {
    this.permits = limit.permits();
    this.window = limit.windowMillis();
  }

  static LimitOracle of(Rule rule) {
    Limit limit = rule.limit();
    return switch (rule.algorithm()) {
      case EXACT_LOG -> new ExactLog(limit);
      case SUB_WINDOWS -> new SubWindows(limit);
      case SLIDING_WINDOW -> new SlidingWindow(limit);
      case GCRA -> new Gcra(limit, rule.largestCost());
      case FIXED_WINDOW -> new FixedWindow(limit);
      case AUTO -> throw new IllegalArgumentException("AUTO stands for another");
    };
  }

  /** Takes permits if they are there. */
  final boolean take(long now, long cost) {
    if (!canTake(now, cost)) {
      return false;
    }
    latest = at(now);
    add(latest, cost);
    return true;
  }

  final boolean canTake(long now, long cost) {
    return allows(at(now), cost);
  }

  /**
   * Gives permits back, those first that would expire first. If none are left, none were ever taken,
   * but for fixed windows: one that is over must not begin anew if the clock goes back.
   */
  final void refund(long now, long cost) {
    if (!giveBack(at(now), cost)) {
      latest = Long.MIN_VALUE;
    }
  }

  /** Returns whether nothing that was taken counts any more. */
  final boolean isUnused(long now) {
    return unused(at(now));
  }

  final long remaining(long now) {
    return Math.max(0, left(at(now)));
  }

  /** Returns the time that counts. */
  final long at(long now) {
    return Math.max(now, latest);
  }

  /** Permits and when they were taken. */
  record Taken(long time, long count) {}

  /**
   * Returns how it goes on under another rule: with all of it if the rule counts in the same way, else
   * as if what still counts under it, the latest first and up to its limit, were taken under it.
   */
  final LimitOracle changedTo(Rule rule, long now) {
    LimitOracle next = of(rule);
    if (next.goesOnFrom(this)) {
      next.latest = latest;
      return next;
    }
    Deque<Taken> counting = new ArrayDeque<>();
    long left = next.permits;
    List<Taken> all = taken();
    for (int i = all.size() - 1; i >= 0; i--) {
      Taken taken = all.get(i);
      long count = Math.min(left, taken.count);
      if (count > 0 && next.counts(taken.time, at(now))) {
        left -= count;
        counting.addFirst(new Taken(taken.time, count));
      }
    }
    if (!counting.isEmpty()) {
      next.latest = next.keepsTimes() ? counting.getLast().time : at(now);
      counting.forEach(taken -> next.add(taken.time, taken.count));
    }
    long sum = all.stream().mapToLong(Taken::count).sum();
    next.whole = sum == next.taken().stream().mapToLong(Taken::count).sum();
    return next;
  }

  /** Returns whether nothing was lost when the rule changed. */
  final boolean isWhole() {
    return whole;
  }

  abstract boolean allows(long at, long cost);

  abstract void add(long at, long cost);

  abstract long left(long at);

  /** Returns whether the latest time still matters. */
  abstract boolean giveBack(long at, long cost);

  abstract boolean unused(long at);

  /** Takes over all that another one counts, if both count in the same way. */
  abstract boolean goesOnFrom(LimitOracle before);

  /** Returns what counts, the oldest first. */
  abstract List<Taken> taken();

  /** Returns whether what was taken at a time may count later. */
  abstract boolean counts(long time, long at);

  /** Returns whether time goes on from what was taken last, and not from when the rule changed. */
  boolean keepsTimes() {
    return true;
  }

  /** All times of the last window. */
  private static final class ExactLog extends LimitOracle {
    private final Deque<Long> times = new ArrayDeque<>();

    ExactLog(Limit limit) {
      super(limit);
    }

    @Override
    boolean allows(long at, long cost) {
      return left(at) >= cost;
    }

    @Override
    void add(long at, long cost) {
      times.removeIf(time -> at - time >= window);
      for (long i = 0; i < cost; i++) {
        times.add(at);
      }
    }

    @Override
    long left(long at) {
      return permits - times.stream().filter(time -> at - time < window).count();
    }

    @Override
    boolean giveBack(long at, long cost) {
      long toGo = cost;
      for (Iterator<Long> all = times.iterator(); all.hasNext() && toGo > 0; ) {
        if (at - all.next() < window) {
          all.remove();
          toGo--;
        }
      }
      return !times.isEmpty();
    }

    @Override
    boolean unused(long at) {
      return left(at) == permits;
    }

    @Override
    boolean counts(long time, long at) {
      return at - time < window;
    }

    @Override
    boolean goesOnFrom(LimitOracle before) {
      if (!(before instanceof ExactLog log)) {
        return false;
      }
      times.addAll(log.times);
      return true;
    }

    @Override
    List<Taken> taken() {
      return times.stream().map(time -> new Taken(time, 1)).toList();
    }
  }

  /** Counts per part of the window, of which the oldest weighs what of it is in the window still; rounded. */
  private static final class SubWindows extends LimitOracle {
    private final TreeMap<Long, Long> counts = new TreeMap<>();
    private final long width;

    SubWindows(Limit limit) {
      super(limit);
      width = (window + 127) / 128;
    }

    @Override
    boolean allows(long at, long cost) {
      return scaled(at) + width * cost <= width * permits + width / 2;
    }

    @Override
    void add(long at, long cost) {
      counts.headMap((at - window + 1) / width).clear();
      counts.merge(at / width, cost, Long::sum);
    }

    @Override
    boolean counts(long time, long at) {
      return time / width >= (at - window + 1) / width;
    }

    @Override
    boolean goesOnFrom(LimitOracle before) {
      if (!(before instanceof SubWindows parts) || parts.width != width) {
        return false;
      }
      counts.putAll(parts.counts);
      return true;
    }

    /** Dated to the end of the part, or to the latest time. */
    @Override
    List<Taken> taken() {
      return counts.entrySet().stream()
          .map(part ->
              new Taken(Math.min(latest, (part.getKey() + 1) * width - 1), part.getValue()))
          .toList();
    }

    @Override
    long left(long at) {
      return Math.floorDiv(width * permits + width / 2 - scaled(at), width);
    }

    @Override
    boolean giveBack(long at, long cost) {
      counts.headMap((at - window + 1) / width).clear();
      long toGo = cost;
      for (Map.Entry<Long, Long> part : counts.entrySet()) {
        long back = Math.min(toGo, part.getValue());
        part.setValue(part.getValue() - back);
        toGo -= back;
      }
      counts.values().removeIf(count -> count == 0);
      return !counts.isEmpty();
    }

    @Override
    boolean unused(long at) {
      return scaled(at) == 0;
    }

    /** Returns permits · width. */
    private long scaled(long at) {
      long from = at - window + 1;
      long sum = 0;
      for (Map.Entry<Long, Long> part : counts.entrySet()) {
        long begin = part.getKey() * width;
        long inWindow = Math.min(width, Math.max(0, begin + width - from));
        sum += part.getValue() * inWindow;
      }
      return sum;
    }
  }

  /** This window, and so much of the one before as the sliding window covers. */
  private static final class SlidingWindow extends LimitOracle {
    private final TreeMap<Long, Long> counts = new TreeMap<>();

    SlidingWindow(Limit limit) {
      super(limit);
    }

    @Override
    boolean allows(long at, long cost) {
      return scaled(at) + cost * window <= permits * window;
    }

    @Override
    void add(long at, long cost) {
      counts.merge(at / window, cost, Long::sum);
    }

    @Override
    long left(long at) {
      return Math.floorDiv(permits * window - scaled(at), window);
    }

    /** First those of the window before; what was taken in this one counts from now on. */
    @Override
    boolean giveBack(long at, long cost) {
      long current = at / window;
      long before = counts.getOrDefault(current - 1, 0L);
      long back = Math.min(before, cost);
      long left = Math.max(0, counts.getOrDefault(current, 0L) - (cost - back));
      counts.clear();
      counts.put(current - 1, before - back);
      counts.put(current, left);
      latest = at;
      return before - back + left > 0;
    }

    @Override
    boolean unused(long at) {
      return scaled(at) == 0;
    }

    @Override
    boolean counts(long time, long at) {
      return time / window >= at / window - 1;
    }

    @Override
    boolean goesOnFrom(LimitOracle before) {
      if (!(before instanceof SlidingWindow windows) || windows.window != window) {
        return false;
      }
      counts.putAll(windows.counts);
      return true;
    }

    /** Dated to the end of the window before, and to the latest time. */
    @Override
    List<Taken> taken() {
      long current = latest / window;
      return List.of(
          new Taken(current * window - 1, counts.getOrDefault(current - 1, 0L)),
          new Taken(latest, counts.getOrDefault(current, 0L)));
    }

    @Override
    boolean keepsTimes() {
      return false;
    }

    private long scaled(long at) {
      long current = at / window;
      return counts.getOrDefault(current - 1, 0L) * (window - at % window)
          + counts.getOrDefault(current, 0L) * window;
    }
  }

  /** The theoretical arrival time, in 1/permits of a ms. */
  private static final class Gcra extends LimitOracle {
    private final BigInteger burst;
    private BigInteger arrival = BigInteger.ZERO;

    Gcra(Limit limit, long burst) {
      super(limit);
      this.burst = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(window));
    }

    @Override
    boolean allows(long at, long cost) {
      return after(at, cost).subtract(now(at)).compareTo(burst) <= 0;
    }

    @Override
    void add(long at, long cost) {
      arrival = after(at, cost);
    }

    @Override
    long left(long at) {
      BigInteger free = burst.subtract(after(at, 0).subtract(now(at)));
      return free.divide(BigInteger.valueOf(window)).longValueExact();
    }

    @Override
    boolean giveBack(long at, long cost) {
      arrival = after(at, -cost);
      latest = at;
      if (unused(at)) {
        arrival = BigInteger.ZERO;
      }
      return arrival.signum() > 0;
    }

    @Override
    boolean unused(long at) {
      return arrival.compareTo(now(at)) <= 0;
    }

    @Override
    boolean goesOnFrom(LimitOracle before) {
      if (!(before instanceof Gcra rate) || rate.permits != permits || rate.window != window) {
        return false;
      }
      arrival = rate.arrival;
      return true;
    }

    /** What had not drained at the latest time, in whole permits. */
    @Override
    List<Taken> taken() {
      BigInteger whole = BigInteger.valueOf(window);
      BigInteger debt = latest < 0 ? BigInteger.ZERO : after(latest, 0).subtract(now(latest));
      long permitsRoundedUp =
          debt.add(whole).subtract(BigInteger.ONE).divide(whole).longValueExact();
      return List.of(new Taken(latest, permitsRoundedUp));
    }

    /** It drains instead. */
    @Override
    boolean counts(long time, long at) {
      return true;
    }

    private BigInteger after(long at, long cost) {
      return arrival
          .max(now(at))
          .add(BigInteger.valueOf(cost).multiply(BigInteger.valueOf(window)));
    }

    private BigInteger now(long at) {
      return BigInteger.valueOf(at).multiply(BigInteger.valueOf(permits));
    }
  }

  /** This window. */
  private static final class FixedWindow extends LimitOracle {
    private final TreeMap<Long, Long> counts = new TreeMap<>();

    FixedWindow(Limit limit) {
      super(limit);
    }

    @Override
    boolean allows(long at, long cost) {
      return left(at) >= cost;
    }

    @Override
    void add(long at, long cost) {
      counts.merge(at / window, cost, Long::sum);
    }

    @Override
    long left(long at) {
      return permits - counts.getOrDefault(at / window, 0L);
    }

    @Override
    boolean giveBack(long at, long cost) {
      boolean known = latest != Long.MIN_VALUE;
      long left = Math.max(0, permits - left(at) - cost);
      counts.clear();
      counts.put(at / window, left);
      latest = at;
      return known;
    }

    @Override
    boolean unused(long at) {
      return left(at) == permits;
    }

    @Override
    boolean counts(long time, long at) {
      return time / window == at / window;
    }

    @Override
    boolean goesOnFrom(LimitOracle before) {
      if (!(before instanceof FixedWindow windows) || windows.window != window) {
        return false;
      }
      counts.putAll(windows.counts);
      return true;
    }

    @Override
    List<Taken> taken() {
      return List.of(new Taken(latest, counts.getOrDefault(latest / window, 0L)));
    }

    @Override
    boolean keepsTimes() {
      return false;
    }
  }
}
