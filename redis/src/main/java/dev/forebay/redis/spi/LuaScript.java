package dev.forebay.redis.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script and the SHA-1 by which the server knows it. Immutable. */
public final class LuaScript {

  private final String name;
  private final String source;
  private final String sha1;

  private LuaScript(String name, String source) {
    this.name = name;
    this.source = source;
    this.sha1 = sha1Of(source);
  }

  /**
   * Reads the script that lies beside its caller.
   *
   * @param caller the class in whose package the file lies
   * @param name the file's name without {@code .lua}
   * @throws IllegalArgumentException if there is no such file
   */
  public static LuaScript beside(Class<?> caller, String name) {
    try (InputStream file = caller.getResourceAsStream(name + ".lua")) {
      if (file == null) {
        throw new IllegalArgumentException(
            "No script '" + name + ".lua' in package " + caller.getPackageName());
      }
      return new LuaScript(name, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read script '" + name + ".lua'", e);
    }
  }

  /** Returns the name of the script's file, without {@code .lua}. */
  public String name() {
    return name;
  }

  /** Returns the text of the script. */
  public String source() {
    return source;
  }

  /** Returns the SHA-1 of the text, in lower-case hexadecimal digits. */
  public String sha1() {
    return sha1;
  }

  private static String sha1Of(String source) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1", e);
    }
  }
}
