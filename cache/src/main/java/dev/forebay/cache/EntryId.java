package dev.forebay.cache;

import java.util.List;

/**
 * Where one entry lies in Redis, and what it depends on.
 *
 * @param name of the entry
 * @param lease of the right to load it; in the slot of the entry
 * @param epochs the keys whose values must still be those of the time before it was loaded: the
 *     cache's first, then those of its tags
 */
record EntryId(String name, String lease, List<String> epochs) {}
