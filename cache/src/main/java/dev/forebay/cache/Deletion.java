package dev.forebay.cache;

import java.util.Collection;
import java.util.List;

/**
 * An entry that must be deleted.
 *
 * @param name of the entry
 * @param block token of the block that ends by it; empty for none. Blocks of others last
 */
record Deletion(String name, String block) {

  /** Returns what deletes an entry and ends no block. */
  static Deletion of(String name) {
    return new Deletion(name, "");
  }

  /** Returns what deletes entries and ends no block. */
  static List<Deletion> ofAll(Collection<String> names) {
    return names.stream().map(Deletion::of).toList();
  }
}
