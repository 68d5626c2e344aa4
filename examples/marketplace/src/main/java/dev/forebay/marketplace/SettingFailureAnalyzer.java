package dev.forebay.marketplace;

import dev.forebay.marketplace.database.DatabaseUnreachable;
import dev.forebay.marketplace.database.InvalidDatabaseUrl;
import dev.forebay.redis.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Shows a setting that cannot be used as its message, which names value and cure, and not as a stack trace. */
class SettingFailureAnalyzer implements FailureAnalyzer {

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException
          || cause instanceof InvalidDatabaseUrl
          || cause instanceof DatabaseUnreachable) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
      }
    }
    return null;
  }
}
