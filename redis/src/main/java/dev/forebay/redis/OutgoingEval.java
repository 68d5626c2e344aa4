package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import dev.forebay.redis.spi.ScriptReply;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of a script, on its own or as a part of the script's batch form. */
final class OutgoingEval extends CombinedReply<ScriptReply> {

  private static final int BYTES_PER_WEIGHT = 512;

  private final LuaScript script;
  private final Object group;
  private final int weight;
  private final @Nullable String firstKey;
  private final int keyCount;
  private final int argumentCount;
  private final byte[] encodedKeys;
  private final byte[] encodedArguments;
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
    this.firstKey = keys.isEmpty() ? null : keys.get(0);
    this.keyCount = keys.size();
    this.argumentCount = arguments.size();
    this.encodedKeys = EncodedArguments.texts(keys);
    this.encodedArguments = EncodedArguments.values(arguments);
    this.weight = 1 + arguments.stream().mapToInt(bytes -> bytes.length).sum() / BYTES_PER_WEIGHT;
    this.group =
        script.batchForm().isPresent() ? new Group(script, slot, keyCount, argumentCount) : this;
  }

  int keyCount() {
    return keyCount;
  }

  void addKeysTo(EncodedArguments all) {
    if (firstKey != null) {
      all.addKeys(firstKey, encodedKeys, keyCount);
    }
  }

  void addArgumentsTo(EncodedArguments all) {
    all.addEncoded(encodedArguments, argumentCount);
  }

  boolean hasArgumentsOf(OutgoingEval other) {
    return Arrays.equals(encodedArguments, other.encodedArguments);
  }

  /** What calls must have in common to go out as one. */
  private record Group(LuaScript script, int slot, int keys, int arguments) {}

  @Override
  Object group() {
    return group;
  }

  @Override
  Batch newBatch() {
    return new EvalBatch(script);
  }

  @Override
  int weightIn(Batch joined) {
    return weight;
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
