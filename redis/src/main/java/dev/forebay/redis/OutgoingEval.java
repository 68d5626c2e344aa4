package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.ScriptReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of a script, on its own or as a part of the script's batch form. */
final class OutgoingEval extends CombinedReply<ScriptReply> {

  private static final int BYTES_PER_WEIGHT = 512;

  private final LuaScript script;
  private final int slot;
  private final List<String> keys;
  private final List<byte[]> arguments;
  private @Nullable EvalBatch batch;
  private int position;
  private @Nullable ScriptReply value;

  OutgoingEval(
      LuaScript script,
      int slot,
      List<String> keys,
      List<byte[]> arguments,
      Link link,
      Outcomes outcomes) {
    super(link, outcomes);
    this.script = script;
    this.slot = slot;
    this.keys = List.copyOf(keys);
    this.arguments = List.copyOf(arguments);
  }

  List<String> keys() {
    return keys;
  }

  List<byte[]> arguments() {
    return arguments;
  }

  /** What calls must have in common to go out as one. */
  private record Group(LuaScript script, int slot, int keys, int arguments) {}

  @Override
  Object group() {
    return script.batchForm().isPresent()
        ? new Group(script, slot, keys.size(), arguments.size())
        : this;
  }

  @Override
  Batch newBatch() {
    return new EvalBatch(script);
  }

  @Override
  int weightIn(Batch joined) {
    int bytes = 0;
    for (byte[] argument : arguments) {
      bytes += argument.length;
    }
    return 1 + bytes / BYTES_PER_WEIGHT;
  }

  @Override
  void join(Batch joined) {
    batch = (EvalBatch) joined;
    position = batch.positionOf(this);
  }

  @Override
  @Nullable
  Throwable receive() {
    Object answer = batch == null ? null : batch.answer(position);
    Throwable error = ScriptFailure.in(answer);
    if (error == null) {
      value = ScriptOutput.reply(answer);
    }
    return error;
  }

  @Override
  Throwable describe(Throwable failure) {
    return ScriptFailure.of(failure);
  }

  @Override
  ScriptReply value() {
    if (value == null) {
      throw new IllegalStateException("No reply was received");
    }
    return value;
  }
}
