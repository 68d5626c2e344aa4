package dev.forebay.redis.spi;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts the most frequent names in bounded memory. For one thread at a time.
 *
 * <p>It is Space-Saving (A. Metwally, D. Agrawal, A. El Abbadi: Efficient Computation of Frequent and
 * Top-k Elements in Data Streams, ICDT 2005): a name that is not counted takes over the counter with
 * the least count, and that count as its possible error. Hence, of {@code n} names counted by {@code
 * m} counters: a count is never below the true one and exceeds it by its error at most; no error
 * exceeds {@code n / m}; and a name that came more often than {@code n / m} times has a counter.
 * Halving keeps all three, but for rounding by 1.
 *
 * <p>The counters are a binary heap with the least count first.
 */
public final class SpaceSaving {

  private final Map<String, Counter> byName = new HashMap<>();
  private final Counter[] heap;
  private int size;
  private long total;

  /** @param counters how many names are counted at most */
  public SpaceSaving(int counters) {
    this.heap = new Counter[counters];
  }

  /** Counts a name once more. */
  public void add(String name) {
    total++;
    Counter counter = byName.get(name);
    if (counter != null) {
      counter.count++;
    } else if (size < heap.length) {
      counter = new Counter(name, size);
      heap[size++] = counter;
      byName.put(name, counter);
      rise(counter);
      return;
    } else {
      counter = heap[0];
      byName.remove(counter.name);
      counter.name = name;
      counter.error = counter.count;
      counter.count++;
      byName.put(name, counter);
    }
    sink(counter);
  }

  /** Halves all counts, and forgets names whose count becomes 0. */
  public void halve() {
    total >>= 1;
    Counter[] old = Arrays.copyOf(heap, size);
    Arrays.fill(heap, null);
    byName.clear();
    size = 0;
    Arrays.sort(old, Comparator.comparingLong(counter -> counter.count));
    for (Counter counter : old) {
      counter.count >>= 1;
      counter.error = (counter.error + 1) >> 1;
      if (counter.count > 0) {
        counter.error = Math.min(counter.error, counter.count);
        counter.place = size;
        heap[size++] = counter; // sorted, so a heap
        byName.put(counter.name, counter);
      }
    }
  }

  /** Returns how many names were added, with all halvings. */
  public long total() {
    return total;
  }

  /** Returns how many names are counted now. */
  public int size() {
    return size;
  }

  /** Returns the most frequent names, the first one first. */
  public List<Count> top(int limit) {
    return byName.values().stream()
        .map(counter -> new Count(counter.name, counter.count, counter.error))
        .sorted(Comparator.comparingLong(Count::count).reversed().thenComparing(Count::name))
        .limit(limit)
        .toList();
  }

  private void rise(Counter counter) {
    while (counter.place > 0) {
      Counter parent = at((counter.place - 1) / 2);
      if (parent.count <= counter.count) {
        return;
      }
      swap(counter, parent);
    }
  }

  private void sink(Counter counter) {
    while (true) {
      int child = 2 * counter.place + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && at(child + 1).count < at(child).count) {
        child++;
      }
      if (at(child).count >= counter.count) {
        return;
      }
      swap(at(child), counter);
    }
  }

  private void swap(Counter one, Counter other) {
    int place = one.place;
    one.place = other.place;
    other.place = place;
    heap[one.place] = one;
    heap[other.place] = other;
  }

  private Counter at(int place) {
    return Objects.requireNonNull(heap[place]);
  }

  /**
   * How often a name came.
   *
   * @param count at least the true number
   * @param error by how much {@code count} exceeds it at most
   */
  public record Count(String name, long count, long error) {}

  private static final class Counter {
    private String name;
    private int place;
    private long count = 1;
    private long error;

    Counter(String name, int place) {
      this.name = name;
      this.place = place;
    }
  }
}
