package dev.forebay.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection from its establishment to its loss, to a server or to all nodes of a cluster. */
abstract class Link {

  abstract StatefulConnection<String, byte[]> connection();

  /** Returns whether keys are spread over several nodes by their slots. */
  abstract boolean isSharded();

  /**
   * Returns the sockets that lead to the servers of all keys: unequal to those of before once one of
   * them was lost, whatever took its place. Null while one is missing.
   */
  abstract @Nullable Object sockets();

  /**
   * Asks which server has which keys: equal to what it was before if no key can have moved meanwhile.
   * Empty while slots of a cluster are between two nodes, or not all nodes can be asked.
   */
  CompletableFuture<Optional<List<String>>> placement() {
    return CompletableFuture.completedFuture(Optional.of(List.of()));
  }

  /**
   * Returns whether all servers have been away for long, although nothing told so. Always false of a
   * connection to one server, which tells. To be asked now and then, on one thread.
   */
  boolean isAdrift() {
    return false;
  }

  /** Returns the slot of a key; 0 for all keys if this is no cluster. */
  final int slotOf(String key) {
    return isSharded() ? SlotHash.getSlot(key) : 0;
  }

  /** Sends a call on keys of one slot, joined with others where that is possible. */
  abstract void send(int slot, CombinedReply<?> call);

  /** Sends a read on keys of one slot to a replica, or to the master while none is connected. */
  abstract void sendToReplica(int slot, CombinedReply<?> read);

  /** Sends {@code command}, on keys of one slot, after all commands that this thread sent there. */
  abstract <R> CompletableFuture<R> send(
      int slot, Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command);

  /** Sends a command that belongs to no slot. */
  abstract <R> CompletableFuture<R> send(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<R>> command);

  /**
   * Asks every server that has keys, and is connected, for a section of its figures.
   *
   * @return what each will tell, by its address if there may be several
   */
  abstract Map<String, CompletableFuture<String>> info(String section);

  /** Sends {@code PING}, past whatever waits to be sent. */
  abstract CompletableFuture<String> ping();

  /** Fails what is waiting here, to be sent or for a reply, and what comes from now on. */
  abstract void stopSending();

  /** Wakes callers whose time is over. */
  abstract void wakeOverdue();
}
