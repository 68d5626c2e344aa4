package dev.forebay.redis.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A Lua script and the SHA-1 by which the server knows it. Immutable. */
public final class LuaScript {

  /*
   * The batch form runs the text as the body of a function, once for each call, with KEYS and ARGV
   * of that call alone. Their tables serve the next call too, as making them costs a fifth of a
   * small script, unless the call answered with a table, which may be one of them or hold one, or
   * made one longer. An error is the answer to the call that raised it; the others run all the same.
   * Redis 6.2 raises errors of commands as text, 7.0 as tables. Line numbers of the text stay right,
   * as it begins on the first line.
   */
  private static final String BATCH_HEAD = "local function call(KEYS, ARGV) ";
  private static final String BATCH_TAIL = """

      end
      local calls, arguments_per_call = tonumber(ARGV[#ARGV]), #ARGV - 1
      local from_call_to_call = 0
      if calls > 0 then
        arguments_per_call = arguments_per_call / calls
        from_call_to_call = arguments_per_call
      else
        calls = -calls
      end
      local keys_per_call = #KEYS / calls
      local answers, done = {}, 0
      local function run()
        local keys, arguments = {}, {}
        while done < calls do
          local keys_before, arguments_before = done * keys_per_call, done * from_call_to_call
          done = done + 1
          for i = 1, keys_per_call do keys[i] = KEYS[keys_before + i] end
          for i = 1, arguments_per_call do arguments[i] = ARGV[arguments_before + i] end
          local answer = call(keys, arguments)
          if answer == nil then
            answer = false
          end
          answers[done] = answer
          if type(answer) == 'table'
            or #keys ~= keys_per_call or #arguments ~= arguments_per_call then
            keys, arguments = {}, {}
          end
        end
      end
      while done < calls do
        local succeeded, failure = pcall(run)
        if not succeeded then
          answers[done] = {err = tostring(type(failure) == 'table' and failure.err or failure)}
        end
      end
      return answers
      """;

  private final String name;
  private final String source;
  private final String sha1;
  private final @Nullable LuaScript batchForm;
  private final boolean isItsOwnBatchForm;

  private LuaScript(String name, String source, @Nullable LuaScript batchForm) {
    this.name = name;
    this.source = source;
    this.sha1 = sha1Of(source);
    this.batchForm = batchForm;
    this.isItsOwnBatchForm = false;
  }

  private LuaScript(LuaScript script) {
    this.name = script.name;
    this.source = script.source;
    this.sha1 = script.sha1;
    this.batchForm = null;
    this.isItsOwnBatchForm = true;
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
      return new LuaScript(name, new String(file.readAllBytes(), StandardCharsets.UTF_8), null);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read script '" + name + ".lua'", e);
    }
  }

  /**
   * Returns this script with a {@linkplain #batchForm batch form}: calls at the same time, of as
   * many keys and arguments each, may go to the server as one. For scripts of a few microseconds, as
   * Redis serves nobody else while it carries out up to 128 of them.
   */
  public LuaScript combinable() {
    return new LuaScript(name, source, new LuaScript(name, BATCH_HEAD + source + BATCH_TAIL, null));
  }

  /**
   * Returns this script as its own {@linkplain #batchForm batch form}: for one that does better for
   * many calls at once than one after the other. It tells one call from several by the number of its
   * arguments, understands both ways in which these are given, and has to see to it that no call
   * makes the others fail.
   */
  public LuaScript combinableAsItIs() {
    return new LuaScript(this);
  }

  /**
   * Returns the script that carries out several calls of this one, in order. Its keys are those of
   * all calls, one call after the other; so are its arguments, and then comes the number of calls.
   * Arguments that are the same for all calls are given once, and then comes the number of calls
   * below zero: to read them costs the server as much as a small script. It answers with a list of
   * the answers.
   */
  public Optional<LuaScript> batchForm() {
    return isItsOwnBatchForm ? Optional.of(this) : Optional.ofNullable(batchForm);
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
