package dev.forebay.cache;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A source of truth in which a row is a version, together with what is known of its caches: up to
 * which version of a row they were told, successfully, that it has changed, and what may still be put
 * late. A file, mapped to the memory of every process that takes part. Safe for concurrent use.
 */
final class VersionedSource {

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final int rows;
  private final ByteBuffer memory;

  VersionedSource(Path file, int rows) throws IOException {
    this.rows = rows;
    try (FileChannel channel = FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      this.memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, 3L * rows * Long.BYTES);
    }
  }

  int rows() {
    return rows;
  }

  long version(int row) {
    return (long) LONGS.getVolatile(memory, row * Long.BYTES);
  }

  /** Changes a row; returns its new version. */
  long change(int row) {
    return (long) LONGS.getAndAdd(memory, row * Long.BYTES, 1L) + 1;
  }

  /** Returns the version below which nobody who asks from now on may be served. */
  long acknowledged(int row) {
    return (long) LONGS.getVolatile(memory, (rows + row) * Long.BYTES);
  }

  /** Notes that Redis has an invalidation that was sent when the row had a version. */
  void acknowledge(int row, long version) {
    int index = (rows + row) * Long.BYTES;
    long known = (long) LONGS.getVolatile(memory, index);
    while (known < version && !LONGS.compareAndSet(memory, index, known, version)) {
      known = (long) LONGS.getVolatile(memory, index);
    }
  }

  /** Returns the lowest version of a row that a put may bring back late; the largest long for none. */
  long lowestLatePut(int row) {
    long told = (long) LONGS.getVolatile(memory, (2 * rows + row) * Long.BYTES);
    return told == 0 ? Long.MAX_VALUE : told;
  }

  /** Only the process that changes the row may tell. */
  void lowestLatePut(int row, long version) {
    LONGS.setVolatile(memory, (2 * rows + row) * Long.BYTES, version);
  }
}
