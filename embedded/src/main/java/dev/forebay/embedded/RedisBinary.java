package dev.forebay.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A redis-server that was run once, to see that it runs here and is new enough. */
record RedisBinary(Path path, String version) {

  static final String ENVIRONMENT_VARIABLE = "FOREBAY_REDIS_BINARY";

  /** What to do where a binary does not fit. */
  static final String NAME_ANOTHER = "name a redis-server with binary(...) or "
      + ENVIRONMENT_VARIABLE + "=/path/to/redis-server, or install one (Debian: apt-get install"
      + " redis-server) and use binaryFromPath() or " + ENVIRONMENT_VARIABLE + "=PATH";

  private static final Pattern VERSION =
      Pattern.compile("(?:Redis|Valkey) server v=((\\d+)\\.(\\d+)\\.\\d+)");
  private static final Pattern MISSING_LIBRARY =
      Pattern.compile("error while loading shared libraries: ([^:\\s]+)");
  private static final Pattern ERROR_NUMBER = Pattern.compile("error[=:] ?(\\d+)");
  private static final int ENOENT = 2;
  private static final int ETXTBSY = 26;
  private static final int BUSY_TRIES = 100;
  private static final long VERSION_SECONDS = 10;

  /** Where a binary is to come from. */
  @FunctionalInterface
  interface Source {
    /** Finds it, if need be by putting it into the folder; it must have been tried. */
    RedisBinary locate(ServerFolder folder);
  }

  static Source named(Path path) {
    return folder -> probe(requireExecutable(path.toAbsolutePath(), folder), folder);
  }

  static Source onPath() {
    return folder -> probe(
        ProgramPath.find("redis-server")
            .orElseThrow(() -> new EmbeddedServerException("No redis-server on PATH ("
                + System.getenv("PATH") + "). Install one (Debian: apt-get install redis-server),"
                + " name one with binary(...), or use the shipped one.")),
        folder);
  }

  static Source shipped() {
    return folder -> probe(requireExecutable(ShippedBinary.extract(folder), folder), folder);
  }

  /** What the environment variable asks for: unset or blank means the shipped binary. */
  static Source fromEnvironment(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return shipped();
    }
    if (value.equals("PATH")) {
      return onPath();
    }
    try {
      Path path = Path.of(value);
      if (path.isAbsolute()) {
        return named(path);
      }
    } catch (InvalidPathException e) {
      // Told below, like any other value that is no absolute path.
    }
    throw new EmbeddedServerException(ENVIRONMENT_VARIABLE + "='" + value + "' is neither an"
        + " absolute path nor PATH. Set it to /path/to/redis-server, to PATH for the one on PATH,"
        + " or unset it for the shipped one.");
  }

  private static Path requireExecutable(Path path, ServerFolder folder) {
    if (!Files.isRegularFile(path)) {
      throw new EmbeddedServerException("There is no file '" + path + "' to run as redis-server."
          + " Correct the path, or " + NAME_ANOTHER + ".");
    }
    if (Files.isExecutable(path)) {
      return path;
    }
    if (path.startsWith(folder.path())) {
      throw new EmbeddedServerException("The temporary folder '" + path.getParent() + "' does not"
          + " let programs run (mounted noexec?). Name one that does with -Djava.io.tmpdir=...,"
          + " or " + NAME_ANOTHER + ".");
    }
    throw new EmbeddedServerException("'" + path + "' must not be executed by this user: the"
        + " permission is missing or the file system is mounted noexec. Give it with chmod +x, or "
        + NAME_ANOTHER + ".");
  }

  /** Runs {@code <binary> --version}. */
  private static RedisBinary probe(Path path, ServerFolder folder) {
    Path output = folder.path().resolve("version.log");
    Process process = run(path, output);
    int exit = exitOf(process, path);
    String said = ServerFolder.tail(output, 2_000);
    Matcher version = VERSION.matcher(said);
    if (exit != 0 || !version.find()) {
      throw new EmbeddedServerException(explain(folder.nameOf(path), exit, said));
    }
    int major = Integer.parseInt(version.group(2));
    int minor = Integer.parseInt(version.group(3));
    if (major < 6 || (major == 6 && minor < 2)) {
      throw new EmbeddedServerException("'" + path + "' is version " + version.group(1)
          + "; Forebay needs 6.2 or newer. Update it, or " + NAME_ANOTHER + ".");
    }
    return new RedisBinary(path, version.group(1));
  }

  private static String explain(String program, int exit, String said) {
    Matcher missing = MISSING_LIBRARY.matcher(said);
    if (missing.find()) {
      String library = missing.group(1);
      boolean openSsl = library.matches("(.*/)?lib(ssl|crypto)\\.so\\.3");
      return program + " needs the library " + library
          + ", which is not installed here. Install "
          + (openSsl ? "OpenSSL 3 (Debian: apt-get install libssl3)" : "it") + ", or "
          + NAME_ANOTHER + ".";
    }
    return program + " is not a redis-server that runs here: --version ended with " + exit
        + " and said '" + said + "'. Correct the path, or " + NAME_ANOTHER + ".";
  }

  private static Process run(Path path, Path output) {
    ProcessBuilder builder = new ProcessBuilder(path.toString(), "--version")
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(output.toFile()));
    for (int tries = 0; ; tries++) {
      try {
        return builder.start();
      } catch (IOException e) {
        int error = errorNumber(e);
        // A process that another thread starts holds our open files for a moment, so also the
        // binary that was just being written: it cannot be run until then.
        if (error == ETXTBSY && tries < BUSY_TRIES) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
          continue;
        }
        String reason = error == ENOENT && Files.exists(path)
            ? "its program loader is missing (it may be built for glibc and this be musl, as on"
                + " Alpine)"
            : String.valueOf(e.getMessage());
        throw new EmbeddedServerException(
            "'" + path + "' cannot be run: " + reason + ". Correct the path, or " + NAME_ANOTHER
                + ".",
            e);
      }
    }
  }

  private static int errorNumber(IOException e) {
    Matcher number = ERROR_NUMBER.matcher(String.valueOf(e.getMessage()));
    return number.find() ? Integer.parseInt(number.group(1)) : 0;
  }

  private static int exitOf(Process process, Path path) {
    try {
      if (process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      throw new EmbeddedServerException(
          "'" + path + "' is not a redis-server: --version did not end" + " within "
              + VERSION_SECONDS + " s. Correct the path, or " + NAME_ANOTHER + ".");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while trying '" + path + "'", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
