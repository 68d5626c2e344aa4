package dev.forebay.redis.spi;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A value as it lies in Redis, with what was known when it was written.
 *
 * @param <V> the type of the value
 */
public record Envelope<V>(V value, Meta meta) {

  /**
   * What a feature remembers about a value. Each part costs bytes only where it is given.
   *
   * <p>It is authenticated but not encrypted, whatever becomes of the value.
   *
   * @param softExpiryMillis when the value becomes stale, ms since epoch; 0 for never. At most
   *     2^48-1
   * @param hardExpiryMillis when the value must no longer be used, ms since epoch; 0 for never. At
   *     most 2^48-1
   * @param loadCostMicros what it cost to load the value, in microseconds; 0 if unknown
   * @param epochs what must still hold for the value to be valid: up to 255 texts, each of 1 to 255
   *     bytes in UTF-8, which mean nothing here
   */
  public record Meta(
      long softExpiryMillis, long hardExpiryMillis, long loadCostMicros, List<String> epochs) {

    /** Nothing known. */
    public static final Meta NONE = new Meta(0, 0, 0, List.of());

    private static final long LATEST = (1L << 48) - 1;

    public Meta {
      requireMoment("softExpiryMillis", softExpiryMillis);
      requireMoment("hardExpiryMillis", hardExpiryMillis);
      if (loadCostMicros < 0) {
        throw new IllegalArgumentException("loadCostMicros must be >= 0, was " + loadCostMicros);
      }
      epochs = List.copyOf(epochs);
      if (epochs.size() > 255) {
        throw new IllegalArgumentException("at most 255 epochs, were " + epochs.size());
      }
      epochs.forEach(Meta::requireEpoch);
    }

    /** Returns this with another soft expiry, ms since epoch; 0 for never. */
    public Meta withSoftExpiryMillis(long millis) {
      return new Meta(millis, hardExpiryMillis, loadCostMicros, epochs);
    }

    /** Returns this with another hard expiry, ms since epoch; 0 for never. */
    public Meta withHardExpiryMillis(long millis) {
      return new Meta(softExpiryMillis, millis, loadCostMicros, epochs);
    }

    /** Returns this with another load cost, in microseconds; 0 if unknown. */
    public Meta withLoadCostMicros(long micros) {
      return new Meta(softExpiryMillis, hardExpiryMillis, micros, epochs);
    }

    /** Returns this with other epochs. */
    public Meta withEpochs(List<String> others) {
      return new Meta(softExpiryMillis, hardExpiryMillis, loadCostMicros, others);
    }

    private static void requireMoment(String name, long millis) {
      if (millis < 0 || millis > LATEST) {
        throw new IllegalArgumentException(name + " must be from 0 to 2^48-1, was " + millis);
      }
    }

    private static void requireEpoch(String epoch) {
      // Each read of a value comes by here, and nearly all epochs are ASCII.
      boolean ascii = isAscii(epoch);
      int bytes = ascii ? epoch.length() : KeyText.utf8Length(epoch);
      if (bytes < 1 || bytes > 255) {
        throw new IllegalArgumentException(
            "an epoch must have 1 to 255 bytes in UTF-8, had " + bytes);
      }
      if (!ascii && !StandardCharsets.UTF_8.newEncoder().canEncode(epoch)) {
        throw new IllegalArgumentException("an epoch has an unpaired surrogate");
      }
    }

    private static boolean isAscii(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) >= 0x80) {
          return false;
        }
      }
      return true;
    }
  }
}
