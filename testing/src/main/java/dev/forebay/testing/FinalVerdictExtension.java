package dev.forebay.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** See {@link FinalVerdict}. */
final class FinalVerdictExtension implements BeforeEachCallback, TestWatcher {

  /** By the unique id of the test. */
  private static final Map<String, Throwable> VERDICTS = new ConcurrentHashMap<>();

  FinalVerdictExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    Throwable verdict = VERDICTS.get(context.getUniqueId());
    if (verdict != null) {
      throw new AssertionError("It failed before, which no second run makes up for", verdict);
    }
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AssertionError || cause instanceof TimeoutException) {
        VERDICTS.putIfAbsent(context.getUniqueId(), cause);
        return;
      }
    }
  }
}
