package dev.forebay.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls that go out as one command. Filled by one thread, then sent, then settled. */
abstract class Batch {

  /** The most that goes into one command, as Redis serves nobody else meanwhile. */
  static final int CAPACITY = 128;

  private final List<CombinedReply<?>> members = new ArrayList<>();
  private int weight;

  /** Adds a call, if its {@linkplain CombinedReply#weightIn weight} does not make this too large. */
  boolean add(CombinedReply<?> member) {
    int added = member.weightIn(this);
    if (!members.isEmpty() && weight + added > CAPACITY) {
      return false;
    }
    member.join(this);
    weight += added;
    members.add(member);
    return true;
  }

  List<CombinedReply<?>> members() {
    return members;
  }

  /**
   * Sends the command. When it was answered, or failed, {@code done} is called once, on the thread
   * that read the answer or on this one.
   *
   * @param knownScripts the SHA-1 of what the server was sent before; added to
   */
  abstract void send(
      RedisClusterAsyncCommands<String, byte[]> commands,
      Set<String> knownScripts,
      Consumer<@Nullable Throwable> done);

  /** Does the same through a cluster that may be moving the slot, so that its keys are apart. */
  void sendByKey(
      RedisClusterAsyncCommands<String, byte[]> commands,
      Set<String> knownScripts,
      Consumer<@Nullable Throwable> done) {
    send(commands, knownScripts, done);
  }

  /** Notes the outcome of each call; returns those whose callers must be woken. */
  List<CombinedReply<?>> settle(@Nullable Throwable failure) {
    List<CombinedReply<?>> awaited = new ArrayList<>(members.size());
    for (CombinedReply<?> member : members) {
      if (member.settle(failure)) {
        awaited.add(member);
      }
    }
    return awaited;
  }

  static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
