package dev.forebay.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of one connection: what was read from the source waits here until its faults let it
 * go to the sink. Holds at most {@link #CAPACITY} bytes and one read more; then the source has to
 * wait, as TCP lets it. Confined to the proxy's thread.
 */
final class ProxyLane {

  /** What {@link #deliver} answers when the connection is to be cut here. */
  static final long CUT = -1;

  private static final int CAPACITY = 256 * 1024;
  private static final int READ = 16 * 1024;

  /** What was read at once; without bytes it is the end of the stream. */
  private record Chunk(ByteBuffer bytes, long arrivedNanos, boolean isEnd) {}

  private final SocketChannel source;
  private final SocketChannel sink;
  private final LinkFaults faults;
  private final Deque<Chunk> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean sourceEnded;
  private boolean ended;
  private boolean discards;
  private boolean sinkIsFull;
  private boolean stalled;
  private long armed;
  private long sinceArmed;

  ProxyLane(SocketChannel source, SocketChannel sink, LinkFaults faults) {
    this.source = source;
    this.sink = sink;
    this.faults = faults;
    this.armed = faults.armed();
  }

  boolean wantsToRead() {
    return !sourceEnded && waitingBytes < CAPACITY;
  }

  boolean wantsToWrite() {
    return sinkIsFull;
  }

  /** Whether the end of the source was passed on to the sink. */
  boolean isEnded() {
    return ended;
  }

  /** From now on what comes is thrown away, until the source ends. */
  void discard() {
    discards = true;
    waiting.clear();
    waitingBytes = 0;
    sinkIsFull = false;
    ended = sourceEnded;
  }

  /** Tells the sink that nothing more comes. */
  void end() throws IOException {
    waiting.clear();
    sourceEnded = true;
    sinkIsFull = false;
    ended = true;
    sink.shutdownOutput();
  }

  void read(long now) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(READ);
    int count = source.read(buffer);
    sourceEnded = count < 0;
    if (discards) {
      ended = sourceEnded;
    } else if (count != 0) {
      waiting.add(new Chunk(buffer.flip(), now, sourceEnded));
      waitingBytes += buffer.remaining();
    }
  }

  /** Stalls this lane alone, or ends that. */
  void stall(boolean stalled) {
    this.stalled = stalled;
  }

  void writable() {
    sinkIsFull = false;
  }

  /**
   * Delivers what may go now.
   *
   * @return how long to wait before more may go, in nanoseconds; {@link LinkFaults#NEVER} if only an
   *     event can tell; or {@link #CUT}
   */
  long deliver(long now) throws IOException {
    while (!stalled && !sinkIsFull && !waiting.isEmpty()) {
      Chunk chunk = waiting.getFirst();
      long wait = faults.waitNanos(chunk.arrivedNanos(), now);
      if (wait > 0) {
        return wait;
      }
      if (chunk.isEnd()) {
        end();
      } else if (!write(chunk.bytes(), now)) {
        return CUT;
      }
    }
    return LinkFaults.NEVER;
  }

  /** Writes a part; false if the connection is to be cut after it. */
  private boolean write(ByteBuffer bytes, long now) throws IOException {
    int most = (int) Math.min(Math.min(bytes.remaining(), faults.slice()), leftBeforeCut());
    ByteBuffer part = bytes.slice(bytes.position(), most);
    int written = most == 0 ? 0 : sink.write(part);
    bytes.position(bytes.position() + written);
    waitingBytes -= written;
    sinceArmed += written;
    faults.passed(written, now);
    sinkIsFull = written < most;
    if (!bytes.hasRemaining()) {
      waiting.removeFirst();
    }
    return leftBeforeCut() > 0;
  }

  private long leftBeforeCut() {
    if (!faults.cutsOff()) {
      return Long.MAX_VALUE;
    }
    if (armed != faults.armed()) {
      armed = faults.armed();
      sinceArmed = 0;
    }
    return faults.cutAfter() - sinceArmed;
  }
}
