package dev.forebay.redis.spi;

/**
 * The reply to a command that was sent already, whether or not anyone awaits it: of those that a
 * thread sends to one server, none is carried out before a command that it sent earlier, save that
 * reads and calls of scripts may change places with each other, and what the server asks to be sent
 * again (it forgot a script, or hands a slot to another node) may come later. Whoever needs these in
 * order awaits each. For one thread.
 *
 * @param <T> the type of the reply
 */
@FunctionalInterface
public interface Reply<T> {

  /**
   * Waits for the reply, up to the command time-out after the command was sent: replies that are
   * awaited one after the other cost one time-out together. A caller may give up later, by an
   * eighth of the time-out, but by no less than 5 ms and no more than 50 ms. After a reply or an
   * error, a second call returns or throws the same.
   *
   * @throws dev.forebay.redis.RedisUnavailableException if there is no connection, or no reply came
   *     in time; the command may or may not have been carried out
   * @throws dev.forebay.redis.RedisOperationException if Redis answered with an error
   */
  T await();
}
