package dev.forebay.marketplace.people;

/** The ways to be ahead. */
public enum Board {
  /** Items bought and sold. */
  TRADES,
  /** Credits in hand. */
  CREDITS,
  /** Mean rating, in hundredths of a star; ten ratings at least. */
  RATING,
  /** Credits earned by sales of the last 30 days. */
  EARNINGS
}
