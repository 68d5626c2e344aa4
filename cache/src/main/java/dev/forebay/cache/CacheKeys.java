package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.redis.spi.KeyTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The names of this module's Redis keys. The only place that makes them.
 *
 * <pre>
 *   &lt;prefix>&lt;rendered template>            an entry, or a counter
 *   &lt;prefix>#lease:{&lt;name of an entry>}  who may load that entry, in its slot
 *   &lt;prefix>#epoch:&lt;cache>               the epoch of all entries of a cache
 *   &lt;prefix>#epoch:&lt;cache>:&lt;escaped tag> the epoch of the entries with a tag
 *   &lt;prefix>#wake:&lt;instance>             channel: an entry's lease ended
 * </pre>
 *
 * <p>Neither templates nor the escaped text of keys ever hold {@code #} or braces.
 */
final class CacheKeys<K> {

  private static final int MAX_TAGS = 16;

  private final String owner;
  private final String prefix;
  private final KeyTemplate<K> template;
  private final String epoch;
  private final List<String> epochOfAll;
  private final String leases;

  /** @param kind begins messages: {@code Cache} */
  CacheKeys(String kind, String prefix, String name, KeyTemplate<K> template) {
    this.owner = kind + " '" + name + "'";
    this.prefix = prefix;
    this.template = template;
    this.epoch = prefix + "#epoch:" + name;
    this.epochOfAll = List.of(epoch);
    this.leases = prefix + "#lease:{";
  }

  /** Returns what the channels begin with by which instances are woken. */
  static String channels(String prefix) {
    return prefix + "#wake:";
  }

  /** Returns the key of the epoch that all entries of the cache share. */
  String epoch() {
    return epoch;
  }

  /**
   * Returns the key of the epoch that the entries with a tag share.
   *
   * @throws NullPointerException if the tag is null
   * @throws IllegalArgumentException if the key is longer than {@link KeyTemplate#MAX_BYTES}
   */
  String epochOf(@Nullable String tag) {
    if (tag == null) {
      throw new NullPointerException(owner + " was given a null tag");
    }
    String key = epoch + ":" + KeyTemplate.escape(tag);
    int bytes = key.length() > KeyTemplate.MAX_BYTES / 3 ? key.getBytes(UTF_8).length : 0;
    if (bytes > KeyTemplate.MAX_BYTES) {
      throw new IllegalArgumentException(
          "%s was given a tag whose key has %d bytes, more than %d. Use a shorter tag, a digest of the text say."
              .formatted(owner, bytes, KeyTemplate.MAX_BYTES));
    }
    return key;
  }

  /** Returns the key of the lease of an entry, or the pattern of those of several. */
  String leaseOf(String name) {
    return leaseOf(leases, name);
  }

  static String leaseOf(String leases, String name) {
    return leases + name + "}";
  }

  /** Returns the entry of a lease. */
  String entryOf(String lease) {
    return lease.substring(leases.length(), lease.length() - 1);
  }

  EntryId idOf(@Nullable K key, Function<? super K, ? extends Collection<String>> tagging) {
    String name = nameOf(key);
    Collection<String> tags = tagsOf(Objects.requireNonNull(key), tagging);
    if (tags.isEmpty()) {
      return new EntryId(name, leases, epochOfAll);
    }
    List<String> epochs = new ArrayList<>(tags.size() + 1);
    epochs.add(epoch);
    tags.forEach(tag -> epochs.add(epochOf(tag)));
    return new EntryId(name, leases, epochs.stream().distinct().toList());
  }

  private Collection<String> tagsOf(
      K key, Function<? super K, ? extends Collection<String>> tagging) {
    Collection<String> tags = tagging.apply(key);
    if (tags == null) {
      throw new NullPointerException(
          owner + ": tags(...) returned null for a key. Return no tags by an empty list.");
    }
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "%s: tags(...) returned %d tags for a key, more than %d. Tag entries by what changes together."
              .formatted(owner, tags.size(), MAX_TAGS));
    }
    return tags;
  }

  /**
   * Returns the name of a key.
   *
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if its name is longer than {@link KeyTemplate#MAX_BYTES}
   */
  String nameOf(@Nullable K key) {
    if (key == null) {
      throw new NullPointerException(
          "%s was given a null key. Its keys are '%s': check for null before you ask it."
              .formatted(owner, template));
    }
    try {
      return prefix + template.render(key);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(owner + ": " + e.getMessage(), e);
    }
  }

  /** Returns {@code value}, or tells that it is null. */
  <V> V requireValue(@Nullable V value) {
    if (value == null) {
      throw new NullPointerException(
          "%s was given a null value. Delete the key, or cache an Optional by JsonCodec.optionalOf."
              .formatted(owner));
    }
    return value;
  }

  /** Returns the names by their keys, in order, without repeats. */
  Map<K, String> namesOf(Collection<? extends K> keys) {
    Map<K, String> names = new LinkedHashMap<>();
    for (K key : keys) {
      if (!names.containsKey(key)) {
        names.put(key, nameOf(key));
      }
    }
    return names;
  }

  /** Returns the glob pattern that matches every name. */
  String pattern() {
    return prefix + template.pattern();
  }

  /**
   * Returns the pattern that matches those of this cache's entries that {@code pattern} matches.
   *
   * @throws IllegalArgumentException if it could match others
   */
  String patternOf(String pattern) {
    String beginning = template.beginning();
    if (!pattern.startsWith(beginning)) {
      throw new IllegalArgumentException(
          "Pattern '%s' could match keys of other caches. Begin it with '%s', as '%s' does."
              .formatted(pattern, beginning, template));
    }
    return prefix + pattern;
  }

  String withoutPrefix(String name) {
    return name.substring(prefix.length());
  }

  /** Returns whether {@code name} is the name of an entry of this cache. */
  boolean isName(String name) {
    return name.startsWith(prefix) && template.names(name.substring(prefix.length()));
  }
}
