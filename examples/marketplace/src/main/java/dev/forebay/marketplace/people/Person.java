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
    return initials(name);
  }

  /** Returns one or two letters of a name. */
  public static String initials(String name) {
    int space = name.lastIndexOf(' ');
    String first = Character.toString(name.codePointAt(0));
    return space < 0 ? first : first + Character.toString(name.codePointAt(space + 1));
  }
}
