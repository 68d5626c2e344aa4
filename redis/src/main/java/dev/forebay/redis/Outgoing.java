package dev.forebay.redis;

import org.jspecify.annotations.Nullable;

/** A call that waits in an {@link Outbox} to be sent; it is its own link in the stack of these. */
abstract class Outgoing {

  /** The call pushed before this one; once the outbox took the stack, the one to send after it. */
  @Nullable
  Outgoing next;

  /** How many calls the stack held with this one on top. */
  int depth;

  /** Fails this call, which was not sent and never will be. Called on any thread, once. */
  abstract void fail(Throwable failure);
}
