package dev.forebay.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.internal.ExceptionFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The error of a command within a script, as Redis would have told it outside. */
final class ScriptFailure {

  /** Redis before 7.0 puts the place in the script in front of the command's own error. */
  private static final Pattern PLACE = Pattern.compile(".*user_script: ?\\d+: -?(?=[A-Z]+ )");

  private ScriptFailure() {}

  /** Returns the error within what a script answered, or null if there is none. */
  static @Nullable Throwable in(@Nullable Object answer) {
    if (answer instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof List) {
          return new RedisCommandExecutionException("The script answered a list within a list");
        }
        Throwable error = in(element);
        if (error != null) {
          return error;
        }
      }
    }
    return answer instanceof Throwable error ? of(error) : null;
  }

  /** Returns the failure without the place in the script. */
  static Throwable of(Throwable failure) {
    String message = failure.getMessage();
    if (!(failure instanceof RedisCommandExecutionException) || message == null) {
      return failure;
    }
    Matcher matcher = PLACE.matcher(message);
    return matcher.lookingAt()
        ? ExceptionFactory.createExecutionException(message.substring(matcher.end()))
        : failure;
  }
}
