package dev.forebay.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A binary that is found and tried once for all servers of a set. One that was unpacked into the
 * first server's folder is linked into the others': each folder can go on its own. For one thread.
 */
final class SharedBinary implements RedisBinary.Source {

  private final RedisBinary.Source source;
  private @Nullable RedisBinary found;
  private boolean unpacked;

  SharedBinary(RedisBinary.Source source) {
    this.source = source;
  }

  @Override
  public RedisBinary locate(ServerFolder folder) {
    RedisBinary first = found;
    if (first == null) {
      first = source.locate(folder);
      found = first;
      unpacked = first.path().startsWith(folder.path());
      return first;
    }
    return unpacked ? new RedisBinary(linkOf(first.path(), folder), first.version()) : first;
  }

  private static Path linkOf(Path program, ServerFolder folder) {
    Path link = folder.path().resolve(program.getFileName());
    try {
      return hardLinkOf(program, link);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "The shipped redis-server could not be written to '" + link + "': " + e
              + ". Make room there or name another folder with -Djava.io.tmpdir=...",
          e);
    }
  }

  private static Path hardLinkOf(Path program, Path link) throws IOException {
    try {
      return Files.createLink(link, program);
    } catch (UnsupportedOperationException | IOException e) {
      return Files.copy(program, link);
    }
  }
}
