package dev.forebay.cache;

import java.util.List;

/**
 * Where one entry lies in Redis, and what it depends on.
 *
 * @param name of the entry
 * @param leases what the names of leases begin with
 * @param epochs the keys whose values must still be those of the time before it was loaded: the
 *     cache's first, then those of its tags
 */
record EntryId(String name, String leases, List<String> epochs) {

  /** Returns the key of the right to load the entry; in the slot of the entry. */
  String lease() {
    return CacheKeys.leaseOf(leases, name);
  }
}
