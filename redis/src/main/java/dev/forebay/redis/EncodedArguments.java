package dev.forebay.redis;

import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a command as they go over the wire. Callers encode theirs themselves, each on its own
 * thread: Redis has nothing to do while the event loop puts the next command together.
 */
final class EncodedArguments extends CommandArgs<String, byte[]> {

  private static final byte[] END = {'\r', '\n'};

  private final List<byte[]> parts = new ArrayList<>();
  private int count;
  private int bytes;
  private @Nullable String firstKey;

  EncodedArguments() {
    super(LettuceClient.CODEC);
  }

  /** Returns texts as bulk strings of RESP, one after the other: the length in bytes, the bytes. */
  static byte[] texts(Collection<String> texts) {
    List<byte[]> values = new ArrayList<>(texts.size());
    texts.forEach(text -> values.add(text.getBytes(StandardCharsets.UTF_8)));
    return values(values);
  }

  /** Returns one text as a bulk string. */
  static byte[] text(String text) {
    return values(List.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns values as bulk strings, one after the other. */
  static byte[] values(List<byte[]> values) {
    int size = 0;
    for (byte[] value : values) {
      size += 1 + digits(value.length) + value.length + 2 * END.length;
    }
    byte[] encoded = new byte[size];
    int at = 0;
    for (byte[] value : values) {
      encoded[at] = '$';
      int digits = digits(value.length);
      for (int place = at + digits, rest = value.length; place > at; place--, rest /= 10) {
        encoded[place] = (byte) ('0' + rest % 10);
      }
      at = end(encoded, at + 1 + digits);
      System.arraycopy(value, 0, encoded, at, value.length);
      at = end(encoded, at + value.length);
    }
    return encoded;
  }

  private static int end(byte[] encoded, int at) {
    encoded[at] = END[0];
    encoded[at + 1] = END[1];
    return at + END.length;
  }

  private static int digits(int number) {
    int digits = 1;
    for (int rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** Adds keys. The first one of all tells the node of a cluster. */
  EncodedArguments addKeys(String first, byte[] encoded, int number) {
    if (firstKey == null) {
      firstKey = first;
    }
    return addEncoded(encoded, number);
  }

  /** Adds other arguments. */
  EncodedArguments addEncoded(byte[] encoded, int number) {
    parts.add(encoded);
    count += number;
    bytes += encoded.length;
    return this;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void encode(ByteBuf buffer) {
    buffer.ensureWritable(bytes);
    for (byte[] part : parts) {
      buffer.writeBytes(part);
    }
  }

  @Override
  public @Nullable ByteBuffer getFirstEncodedKey() {
    return firstKey == null ? null : codec.encodeKey(firstKey);
  }

  /** Tells no argument, as it may be a secret. */
  @Override
  public String toString() {
    return count + " arguments";
  }

  @Override
  public String toCommandString() {
    return toString();
  }
}
