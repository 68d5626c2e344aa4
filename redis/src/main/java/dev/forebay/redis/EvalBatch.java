package dev.forebay.redis;

import dev.forebay.redis.spi.LuaScript;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one script that go out as one: as the script itself where there is but one, else in its
 * batch form.
 */
final class EvalBatch extends Batch {

  private final LuaScript script;
  private final List<OutgoingEval> calls = new ArrayList<>();
  private List<Object> answers = List.of();

  EvalBatch(LuaScript script) {
    this.script = script;
  }

  /** Adds a call; returns where its answer will be among those received. */
  int positionOf(OutgoingEval call) {
    calls.add(call);
    return calls.size() - 1;
  }

  /**
   * Returns the answer to a call: a string of bytes, null, an error, or a list of these.
   *
   * @throws RedisCommandExecutionException if there are more or fewer answers than calls
   */
  @Nullable
  Object answer(int position) {
    if (answers.size() != calls.size()) {
      throw new RedisCommandExecutionException("Script '%s' gave %d answers to %d calls"
          .formatted(script.name(), answers.size(), calls.size()));
    }
    return answers.get(position);
  }

  @Override
  void send(
      RedisClusterAsyncCommands<String, byte[]> commands,
      Set<String> knownScripts,
      Consumer<@Nullable Throwable> done) {
    boolean alone = calls.size() == 1;
    LuaScript form = alone ? script : script.batchForm().orElseThrow();
    boolean known = knownScripts.contains(form.sha1());
    EncodedArguments arguments = arguments(known ? form.sha1() : form.source(), alone);
    var unused = commands
        .dispatch(known ? CommandType.EVALSHA : CommandType.EVAL, new ScriptOutput(), arguments)
        .whenComplete((collected, failure) -> {
          if (failure == null) {
            knownScripts.add(form.sha1());
            answers = alone ? collected : ScriptOutput.all(collected);
          } else if (known && causeOf(failure) instanceof RedisNoScriptException) {
            knownScripts.remove(form.sha1());
            resend(commands, knownScripts, done);
            return;
          }
          done.accept(failure);
        });
  }

  private void resend(
      RedisClusterAsyncCommands<String, byte[]> commands,
      Set<String> knownScripts,
      Consumer<@Nullable Throwable> done) {
    try {
      send(commands, knownScripts, done);
    } catch (RuntimeException e) {
      done.accept(e);
    }
  }

  private EncodedArguments arguments(String scriptOrDigest, boolean alone) {
    OutgoingEval first = calls.get(0);
    int keys = calls.size() * first.keyCount();
    EncodedArguments arguments = new EncodedArguments()
        .addEncoded(EncodedArguments.text(scriptOrDigest), 1)
        .addEncoded(EncodedArguments.text(Integer.toString(keys)), 1);
    calls.forEach(call -> call.addKeysTo(arguments));
    if (alone) {
      first.addArgumentsTo(arguments);
      return arguments;
    }
    boolean alike = calls.stream().allMatch(first::hasArgumentsOf);
    if (alike) {
      first.addArgumentsTo(arguments);
    } else {
      calls.forEach(call -> call.addArgumentsTo(arguments));
    }
    int number = alike ? -calls.size() : calls.size();
    return arguments.addEncoded(EncodedArguments.text(Integer.toString(number)), 1);
  }
}
