package dev.forebay.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.embedded.EmbeddedRedis;
import dev.forebay.embedded.EmbeddedServerException;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A slot that goes with its keys from one master to another in one step, as far as clients can tell:
 * the source serves nobody from when it sends the first key until the target serves the slot.
 *
 * <p>The source runs a script that sends the keys, then {@code MIGRATE}s a mark to this JVM as if it
 * were a node: that waits, without load on the machine, for an answer, which it gets when all other
 * nodes know that the slot is the target's. While a server only is slow, everybody waits for it.
 *
 * @param mark a key of the slot that nobody else has
 * @param others all masters but these two
 */
record SlotHandover(
    String slot, String mark, Master source, Master target, List<EmbeddedRedis> others) {

  /** A node with its id. */
  record Master(EmbeddedRedis redis, String id) {}

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  // Three times the time that a key has in the script below, and some more.
  private static final int REPLY_TIMEOUT_MILLIS = 60_000;

  // REPLACE: if an answer of the target was lost, it has the key already.
  private static final String GIVE_AWAY = """
      local mark, slot, port, target, asking = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
      local function send(to, keys)
        local words
        for try = 1, 3 do
          local answer = redis.pcall('MIGRATE', '127.0.0.1', to, '', '0', '15000', 'REPLACE',
              'KEYS', unpack(keys))
          if not answer.err then return nil end
          words = answer.err
        end
        return words
      end
      local function keys() return redis.call('CLUSTER', 'GETKEYSINSLOT', slot, '100') end
      local left = keys()
      while #left > 0 do
        local refusal = send(port, left)
        if refusal then return redis.error_reply('ERR keys are refused: ' .. refusal) end
        left = keys()
      end
      redis.call('SET', mark, '')
      local refusal = send(asking, {mark})
      if refusal then
        redis.call('DEL', mark)
        return redis.error_reply('ERR the slot is refused: ' .. refusal)
      end
      redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', target)
      return redis.status_reply('GIVEN')
      """;

  /**
   * Does it, and tries again until it is done if a server does not answer or refuses.
   *
   * @throws IllegalStateException with the servers' words, if it was not done in time, or if it is
   *     done now, but clients may have noticed
   */
  void run() {
    long begin = System.nanoTime();
    String noticed = null;
    while (true) {
      try {
        String refusal = give();
        if (refusal == null) {
          break;
        }
        noticed = refusal;
        requireTime(begin, refusal, null);
      } catch (IOException | EmbeddedServerException e) {
        requireTime(begin, e.getMessage(), e);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    if (noticed != null) {
      throw new IllegalStateException(
          this + " in the end, after clients may have missed keys, as " + noticed);
    }
  }

  private void requireTime(long begin, @Nullable String words, @Nullable Exception cause) {
    if (System.nanoTime() - begin > PATIENCE_NANOS) {
      throw new IllegalStateException(this + " only in part, as " + words, cause);
    }
  }

  /** Returns null if the source has given the slot away, otherwise why it has not. */
  private @Nullable String give() throws IOException {
    beginImport();
    Queue<Socket> callers = new ConcurrentLinkedQueue<>();
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket asking = new ServerSocket(0, 0, loopback);
        Socket connection = new Socket(loopback, source.redis().port())) {
      Thread answering = new Thread(() -> answer(asking, callers), "forebay-slot-" + slot);
      answering.setDaemon(true);
      answering.start();
      connection.setSoTimeout(REPLY_TIMEOUT_MILLIS);
      connection
          .getOutputStream()
          .write(command(
              "EVAL",
              GIVE_AWAY,
              "1",
              mark,
              slot,
              Integer.toString(target.redis().port()),
              target.id(),
              Integer.toString(asking.getLocalPort())));
      String reply =
          new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8)).readLine();
      if (reply == null) {
        throw new IOException("the source hung up");
      }
      // MOVED: an earlier time the slot was given, and only the reply was lost.
      return reply.equals("+GIVEN") || reply.startsWith("-MOVED") ? null : reply;
    } finally {
      for (Socket caller : callers) {
        caller.close();
      }
    }
  }

  private void beginImport() {
    try {
      target.redis().execute("CLUSTER", "SETSLOT", slot, "IMPORTING", source.id());
    } catch (EmbeddedServerException e) {
      if (!String.valueOf(e.getMessage()).contains("already the owner")) {
        throw e;
      }
    }
  }

  /** Answers the source as a node would that gets a key. */
  private void answer(ServerSocket asking, Queue<Socket> callers) {
    try {
      while (!asking.isClosed()) {
        Socket caller = asking.accept();
        callers.add(caller); // closed later: now, the source might lose the answer
        String answer = assign() + "\r\n";
        caller.getOutputStream().write((answer + answer).getBytes(UTF_8)); // SELECT, then the key
      }
    } catch (IOException e) {
      // The script has ended, one way or the other.
    }
  }

  // The others first: one that does not know it would tell the target that the slot is not its own.
  private String assign() {
    try {
      for (EmbeddedRedis other : others) {
        other.execute("CLUSTER", "SETSLOT", slot, "NODE", target.id());
      }
      target.redis().execute("CLUSTER", "SETSLOT", slot, "NODE", target.id());
      return "+OK";
    } catch (EmbeddedServerException e) {
      return "-ERR " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
  }

  private static byte[] command(String... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(("*" + words.length + "\r\n").getBytes(UTF_8));
    for (String word : words) {
      byte[] text = word.getBytes(UTF_8);
      bytes.writeBytes(("$" + text.length + "\r\n").getBytes(UTF_8));
      bytes.writeBytes(text);
      bytes.writeBytes(new byte[] {'\r', '\n'});
    }
    return bytes.toByteArray();
  }

  /** Asks again for a while if a server does not answer: on a busy machine it may only be slow. */
  static <T> T patiently(Supplier<T> question) {
    long begin = System.nanoTime();
    while (true) {
      try {
        return question.get();
      } catch (EmbeddedServerException e) {
        if (System.nanoTime() - begin > PATIENCE_NANOS) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  @Override
  public String toString() {
    return "Slot " + slot + " went from " + source.redis() + " to " + target.redis();
  }
}
