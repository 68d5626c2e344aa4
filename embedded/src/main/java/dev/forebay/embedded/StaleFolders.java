package dev.forebay.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second line behind {@link OrphanGuard}: removes folders of servers whose JVM is gone, when the
 * guard was killed as well. A folder is stale if nobody holds its lock.
 *
 * <p>It leaves alone: folders of other users; folders named after this JVM, since POSIX drops all
 * locks that a process holds on a file when it closes the file once; and folders younger than 10 s,
 * whose owner may not have locked them yet.
 */
final class StaleFolders {

  private static final Logger log = LoggerFactory.getLogger(StaleFolders.class);
  private static final Duration YOUNG = Duration.ofSeconds(10);
  private static final Duration PID_FILE_DELAY = Duration.ofSeconds(20);

  private StaleFolders() {}

  /** Sweeps the folder in which {@code own} lies. Never fails: what it cannot remove, it leaves. */
  static void sweepBeside(Path own) {
    String ownFolders = ServerFolder.PREFIX + ProcessHandle.current().pid() + "-";
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(own.resolveSibling("."), ServerFolder.PREFIX + "*")) {
      for (Path folder : folders) {
        if (!folder.getFileName().toString().startsWith(ownFolders)) {
          sweep(folder.normalize(), own);
        }
      }
    } catch (IOException e) {
      log.debug("Stale folders beside {} were not looked for", own, e);
    }
  }

  private static void sweep(Path folder, Path own) {
    try {
      FileTime modified = Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS);
      if (modified.toInstant().isBefore(Instant.now().minus(YOUNG))
          && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && Files.getOwner(folder).equals(Files.getOwner(own))) {
        removeIfUnlocked(folder);
      }
    } catch (IOException e) {
      log.debug("Folder {} may be stale but stays", folder, e);
    }
  }

  private static void removeIfUnlocked(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(
            ServerFolder.lockFile(folder), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        killServerOf(folder);
        ServerFolder.deleteTree(folder);
        log.info("Removed {}, left behind by a JVM that is gone", folder);
      }
    } catch (OverlappingFileLockException e) {
      log.debug("Folder {} is in use", folder, e);
    }
  }

  /** Only a process that started just before its pid file was written is that server. */
  private static void killServerOf(Path folder) throws IOException {
    Path pidFile = ServerFolder.pidFile(folder);
    if (!Files.exists(pidFile)) {
      return;
    }
    Instant written = Files.getLastModifiedTime(pidFile).toInstant();
    String pid = Files.readString(pidFile).strip();
    if (pid.matches("[1-9][0-9]{0,17}")) {
      ProcessHandle.of(Long.parseLong(pid))
          .filter(process -> process
              .info()
              .startInstant()
              .filter(start -> Duration.between(start, written).abs().compareTo(PID_FILE_DELAY) < 0)
              .isPresent())
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
