package dev.forebay.marketplace.pages;

import dev.forebay.marketplace.catalog.InvalidInput;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a form that was sent.
 *
 * @param field the one to mend; {@code form} for the whole
 */
public record FormProblem(String field, String message) {

  private static final String WHOLE = "form";

  static final FormProblem NONE = new FormProblem("", "");

  static FormProblem of(InvalidInput refused) {
    return new FormProblem(refused.field(), String.valueOf(refused.getMessage()));
  }

  static FormProblem of(RuntimeException refused) {
    return whole(String.valueOf(refused.getMessage()));
  }

  static FormProblem whole(String message) {
    return new FormProblem(WHOLE, message);
  }

  /** Returns what is wrong with a field; null for nothing. */
  public @Nullable String with(String name) {
    return field.equals(name) ? message : null;
  }
}
