package dev.forebay.marketplace.trading;

/** How a seller deals with questions. */
public record AnswerHabit(long asked, long answered) {

  /** Returns how many of a hundred questions are answered; 100 before the first one. */
  public long percent() {
    return asked == 0 ? 100 : Math.round(100.0 * answered / asked);
  }
}
