package dev.forebay.marketplace.people;

import java.time.Instant;

/** Somebody who buys and sells. */
public record Person(
    long id,
    String username,
    String name,
    int placeId,
    String about,
    int credits,
    Instant joinedAt) {

  /** Stands in for somebody who is gone. */
  static Person unknown(long id) {
    return new Person(id, "gone", "Somebody", 0, "", 0, Instant.EPOCH);
  }

  /** Returns one or two letters to show in place of a portrait. */
  public String initials() {
    int space = name.lastIndexOf(' ');
    return space < 0 ? name.substring(0, 1) : name.substring(0, 1) + name.charAt(space + 1);
  }
}
