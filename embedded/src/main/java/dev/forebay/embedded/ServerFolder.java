package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The temporary folder of one server: configuration, log, pid file, shipped binary, and the data
 * unless the user named a folder for it. Only its owner can read it. This JVM holds a lock on the
 * file {@code lock} in it, which the operating system frees when the JVM is gone: how {@link
 * StaleFolders} tells a live folder from a stale one.
 */
final class ServerFolder {

  static final String PREFIX = "forebay-redis-";

  private static final int DELETE_TRIES = 20;

  private final Path path;
  private final FileChannel lockChannel;

  private ServerFolder(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  static ServerFolder create() {
    String name = PREFIX + ProcessHandle.current().pid() + "-";
    try {
      Path path = Files.createTempDirectory(name);
      FileChannel channel =
          FileChannel.open(lockFile(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FileLock lock = channel.lock();
      assert lock.isValid();
      return new ServerFolder(path, channel);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "No folder " + name + "... could be made in '" + System.getProperty("java.io.tmpdir")
              + "': " + e + ". Name a folder that can be written with -Djava.io.tmpdir=...",
          e);
    }
  }

  static Path lockFile(Path folder) {
    return folder.resolve("lock");
  }

  static Path pidFile(Path folder) {
    return folder.resolve("redis.pid");
  }

  Path path() {
    return path;
  }

  Path pidFile() {
    return pidFile(path);
  }

  Path config() {
    return path.resolve("redis.conf");
  }

  Path log() {
    return path.resolve("redis.log");
  }

  Path accessList() {
    return path.resolve("users.acl");
  }

  /** Where the data of a server is: the folder that was named, or one in here. */
  Path dataOf(ServerPlan plan) {
    Path named = plan.dataFolder();
    return named == null ? path.resolve("data") : named;
  }

  /** What to call a program in a message: the path of the shipped one tells a user nothing. */
  String nameOf(Path program) {
    return program.startsWith(path) ? "The shipped redis-server" : "'" + program + "'";
  }

  /** Writes a file that only its owner can read, in place of one of that name. */
  void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(
          file, Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    }
    Files.writeString(file, text);
  }

  /** The last lines of the server's output, as far as there is any. */
  String logTail() {
    return tail(log(), 2_000);
  }

  static String tail(Path file, int bytes) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, in.length() - bytes);
      byte[] end = new byte[(int) (in.length() - start)];
      in.seek(start);
      in.readFully(end);
      return new String(end, UTF_8).strip();
    } catch (IOException e) {
      return "(cannot be read: " + e + ")";
    }
  }

  void delete() throws IOException {
    lockChannel.close();
    deleteTree(path);
  }

  /** Deletes a folder and all it holds; follows no links. A file that appears meanwhile goes too. */
  static void deleteTree(Path folder) throws IOException {
    IOException last = null;
    for (int i = 0; i < DELETE_TRIES; i++) {
      try {
        walkAndDelete(folder);
        return;
      } catch (NoSuchFileException e) {
        if (!Files.exists(folder)) {
          return;
        }
        last = e;
      } catch (IOException e) {
        last = e;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    throw last == null ? new IOException(folder + " could not be deleted") : last;
  }

  private static void walkAndDelete(Path folder) throws IOException {
    Files.walkFileTree(folder, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
          throws IOException {
        Files.deleteIfExists(dir);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
