package dev.forebay.marketplace.people;

/** A purse holds less than it should give. */
public final class NotEnoughCredits extends RuntimeException {

  NotEnoughCredits(int held, int needed) {
    super(
        "It costs " + needed + " credits, and there are " + held
            + " in the purse. Add some in the wallet first.",
        null,
        false,
        false);
  }
}
