package dev.forebay.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * How large measured values were: how many, their sum, and how many there were between powers of
 * two. Immutable.
 *
 * @param sum of all values, exact
 * @param buckets how many values were 0, 1, from 2 to 3, from 4 to 7 and so on: the one at index
 *     {@code i > 0} counts those from 2<sup>i-1</sup> to 2<sup>i</sup>-1. Without empty ones at the
 *     end, 40 at most; the 40th counts all that are larger too
 */
public record Distribution(long sum, List<Long> buckets) {

  static final int BUCKETS = 40;

  private static final Distribution NONE = new Distribution(0, List.of());

  /** Keeps a copy without empty buckets at the end. */
  public Distribution {
    int used = buckets.size();
    while (used > 0 && buckets.get(used - 1) == 0) {
      used--;
    }
    if (used > BUCKETS) {
      throw new IllegalArgumentException(
          "at most %d buckets, were %d".formatted(BUCKETS, buckets.size()));
    }
    buckets = List.copyOf(buckets.subList(0, used));
  }

  /** Returns the distribution of no values. */
  public static Distribution none() {
    return NONE;
  }

  /** Returns how many values there were. */
  public long count() {
    return buckets.stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the mean; 0 of no values. */
  public double mean() {
    long count = count();
    return count == 0 ? 0 : (double) sum / count;
  }

  /**
   * Returns what a share of the values did not exceed: {@code quantile(0.99)}. Too high by less than
   * twice; 0 of no values.
   *
   * @param share from 0 to 1
   */
  public long quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be from 0 to 1, was " + share);
    }
    long rank = Math.max(1, (long) Math.ceil(share * count()));
    long seen = 0;
    for (int i = 0; i < buckets.size(); i++) {
      seen += buckets.get(i);
      if (seen >= rank) {
        return largestIn(i);
      }
    }
    return 0;
  }

  /** Returns what no value exceeded. Too high by less than twice; 0 of no values. */
  public long largest() {
    return quantile(1);
  }

  /** Returns the values of both. */
  public Distribution plus(Distribution other) {
    return combine(other, 1);
  }

  /** Returns the values that came after those of {@code earlier}, which are among these. */
  Distribution minus(Distribution earlier) {
    return combine(earlier, -1);
  }

  private Distribution combine(Distribution other, int sign) {
    List<Long> combined = new ArrayList<>();
    for (int i = 0; i < Math.max(buckets.size(), other.buckets.size()); i++) {
      combined.add(at(i) + sign * other.at(i));
    }
    return new Distribution(sum + sign * other.sum, combined);
  }

  private long at(int index) {
    return index < buckets.size() ? buckets.get(index) : 0;
  }

  /** Returns the bucket of a value; a negative one counts as 0. */
  static int bucketOf(long value) {
    return value <= 0 ? 0 : Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(value));
  }

  private static long largestIn(int bucket) {
    return (1L << bucket) - 1;
  }
}
