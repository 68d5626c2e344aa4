package dev.forebay.cache;

/**
 * The first sensitive thing in a value.
 *
 * @param path the way to it by members, {@code []} for the elements of a collection or map; of the
 *     value's own text it has none
 */
record Finding(String path, Reason reason) {

  enum Reason {
    MARKED("is marked @Sensitive"),
    NAMED("is sensitive by its name"),
    CARD_NUMBER("holds the number of a payment card"),
    UNREADABLE("cannot be looked into, as its package is not open to dev.forebay.cache");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  /** Returns this as seen from what holds it under {@code member}. */
  Finding under(String member) {
    boolean joined = path.isEmpty() || path.startsWith("[");
    return new Finding(joined ? member + path : member + "." + path, reason);
  }

  @Override
  public String toString() {
    return path + " " + reason.words;
  }
}
