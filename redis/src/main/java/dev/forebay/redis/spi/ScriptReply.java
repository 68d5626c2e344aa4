package dev.forebay.redis.spi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a script answered: one value, or a flat list of them. A value is a string of bytes, or absent
 * where the script answered {@code nil} or {@code false}. Integers arrive as their decimal digits.
 * Unmodifiable, save for the arrays of {@link #bytes}, which belong to the caller.
 */
public final class ScriptReply {

  private final List<byte @Nullable []> values;

  /** @param values in the order in which the script gave them; not copied */
  public ScriptReply(List<byte @Nullable []> values) {
    this.values = values;
  }

  /** Returns the number of values; 1 if the script answered no list. */
  public int size() {
    return values.size();
  }

  /** Returns the first value as text. See {@link #text(int)}. */
  public String text() {
    return text(0);
  }

  /**
   * Returns a value as UTF-8 text.
   *
   * @throws IllegalStateException if the script gave no such value
   */
  public String text(int index) {
    return new String(present(index), StandardCharsets.UTF_8);
  }

  /**
   * Returns a value as a signed 64-bit integer.
   *
   * @throws IllegalStateException if the script gave no such value
   * @throws NumberFormatException if it is no integer
   */
  public long number(int index) {
    return Long.parseLong(text(index));
  }

  /** Returns a value as it is, or empty if it is absent. */
  public Optional<byte[]> bytes(int index) {
    return index < values.size() ? Optional.ofNullable(values.get(index)) : Optional.empty();
  }

  private byte[] present(int index) {
    return bytes(index)
        .orElseThrow(() -> new IllegalStateException(
            "The script gave no value " + index + " but " + this + ": it and its caller differ"));
  }

  @Override
  public String toString() {
    return values.size() + " value" + (values.size() == 1 ? "" : "s");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScriptReply that
        && Arrays.deepEquals(values.toArray(), that.values.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values.toArray());
  }
}
