package dev.forebay.redis;

import dev.forebay.redis.spi.ScriptReply;
import io.lettuce.core.internal.ExceptionFactory;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answer of a script, or of its batch form. What it collects is one element: a string of
 * bytes, null, or a list of such, in which errors are elements too.
 */
final class ScriptOutput extends CommandOutput<String, byte[], List<Object>> {

  private final Deque<List<Object>> enclosing = new ArrayDeque<>();
  private List<Object> current;

  ScriptOutput() {
    super(LettuceClient.CODEC, new ArrayList<>(1));
    this.current = output;
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    add(bytes == null ? null : codec.decodeValue(bytes));
  }

  @Override
  public void setSingle(@Nullable ByteBuffer bytes) {
    set(bytes);
  }

  @Override
  public void set(long integer) {
    add(Long.toString(integer).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void setError(ByteBuffer error) {
    if (enclosing.isEmpty()) {
      super.setError(error);
    } else {
      add(ExceptionFactory.createExecutionException(decodeString(error)));
    }
  }

  @Override
  public void multi(int count) {
    List<Object> list = new ArrayList<>(Math.max(count, 0));
    add(list);
    enclosing.push(current);
    current = list;
  }

  @Override
  public void complete(int depth) {
    if (depth > 0 && depth < enclosing.size()) {
      current = enclosing.pop();
    }
  }

  @SuppressWarnings("NullAway") // an absent value is a null element
  private void add(@Nullable Object element) {
    current.add(element);
  }

  /** Returns the answer to the one call. */
  static @Nullable Object only(List<Object> collected) {
    return collected.isEmpty() ? null : collected.get(0);
  }

  /** Returns the answers to each of the calls of a batch. */
  @SuppressWarnings("unchecked")
  static List<Object> all(List<Object> collected) {
    return only(collected) instanceof List<?> list ? (List<Object>) list : List.of();
  }

  /** Returns an answer without an error in it. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static ScriptReply reply(@Nullable Object answer) {
    List<?> values = answer instanceof List<?> list ? list : Collections.singletonList(answer);
    return new ScriptReply((List) values);
  }
}
