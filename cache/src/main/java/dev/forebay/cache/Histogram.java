package dev.forebay.cache;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Collects values into a {@link Distribution}. Some 2 KB; safe for concurrent use, without locks. */
final class Histogram {

  private final LongAdder sum = new LongAdder();
  private final LongAdder[] buckets =
      Stream.generate(LongAdder::new).limit(Distribution.BUCKETS).toArray(LongAdder[]::new);

  /** @param value a negative one counts as 0 */
  void add(long value) {
    sum.add(Math.max(0, value));
    buckets[Distribution.bucketOf(value)].increment();
  }

  /** Returns what was added so far; what is being added may be in the sum only, or not in it. */
  Distribution snapshot() {
    List<Long> counts = Arrays.stream(buckets).map(LongAdder::sum).toList();
    return new Distribution(sum.sum(), counts);
  }
}
