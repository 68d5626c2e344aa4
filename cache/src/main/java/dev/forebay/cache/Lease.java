package dev.forebay.cache;

import java.util.List;

/**
 * The right of one caller, among all instances, to load an entry and store it.
 *
 * @param token by which Redis knows the caller; never given twice
 * @param epochs that held before the loading
 * @param since when it was given, by {@link System#nanoTime}
 */
record Lease(EntryId id, String token, List<String> epochs, long since) {}
