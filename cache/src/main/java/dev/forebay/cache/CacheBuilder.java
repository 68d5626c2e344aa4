package dev.forebay.cache;

import dev.forebay.redis.Codec;
import dev.forebay.redis.Compression;
import dev.forebay.redis.JsonCodec;
import dev.forebay.redis.KeyRing;
import dev.forebay.redis.WireFormatBuilder;
import dev.forebay.redis.spi.KeyTemplate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Describes a cache, then builds it: {@code key} and {@code value} are required, the rest has
 * defaults. Not safe for concurrent use.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class CacheBuilder<K, V> {

  private static final Duration SHORTEST_TTL = Duration.ofMillis(1);
  private static final Duration LONGEST_TTL = Duration.ofDays(366);
  private static final Duration SHORTEST_PATIENCE = Duration.ofMillis(1);
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);
  private static final int LARGEST_VALUE = 512 * 1024 * 1024; // of a Redis string

  private final Caches caches;
  private final String name;
  private @Nullable KeyTemplate<K> key;
  private @Nullable Codec<V> codec;
  private Duration ttl = TtlClass.SHORT.duration();
  private double ttlJitter = 0.1;
  private Compression compression = Compression.lz4();
  private @Nullable KeyRing keys;
  private boolean fromReplicas;
  private int maxValueBytes = 8 * 1024 * 1024;
  private @Nullable Function<? super V, Duration> ttlFrom;
  private Duration staleFor = Duration.ZERO;
  private Duration staleOnErrorFor = Duration.ZERO;
  private double earlyRefresh;
  private @Nullable Duration patience;
  private @Nullable Duration loadTimeout;
  private Duration leaseTime = Duration.ofSeconds(10);
  private Function<? super K, ? extends Collection<String>> tags = key -> List.of();
  private final ValueRules<V> rules = new ValueRules<>();
  private @Nullable String isolatedBy;
  private boolean audited;

  CacheBuilder(Caches caches, String name) {
    this.caches = caches;
    this.name = name;
  }

  /**
   * Sets how keys are named in Redis. A scalar key fills the one placeholder: {@code "event:{id}"},
   * {@code "user:{id}:profile"}. A record fills one placeholder per component: {@code
   * "items:{category}:{page}"}.
   *
   * @param type text, an integer, a boolean, an enum, a UUID, a date or time, or a record of those
   * @throws IllegalArgumentException if the template cannot name such keys unambiguously
   */
  @SuppressWarnings("unchecked") // nothing of type K is held before this call
  public <T> CacheBuilder<T, V> key(String template, Class<T> type) {
    CacheBuilder<T, V> typed = (CacheBuilder<T, V>) this;
    typed.key = KeyTemplate.parse(template, type);
    return typed;
  }

  /** Stores values as JSON. */
  public <T> CacheBuilder<K, T> value(Class<T> type) {
    return value(JsonCodec.of(type));
  }

  /** Stores values by a codec: {@code JsonCodec.listOf(Item.class)}. */
  @SuppressWarnings("unchecked") // nothing of type V is held before this call
  public <T> CacheBuilder<K, T> value(Codec<T> codec) {
    CacheBuilder<K, T> typed = (CacheBuilder<K, T>) this;
    typed.codec = Objects.requireNonNull(codec, "codec");
    return typed;
  }

  /** Sets the time to live by its class; {@link TtlClass#SHORT} by default. */
  public CacheBuilder<K, V> ttl(TtlClass ttl) {
    return ttl(ttl.duration());
  }

  /**
   * Sets the time to live.
   *
   * @param ttl from 1 ms to 366 days; everything expires
   */
  public CacheBuilder<K, V> ttl(Duration ttl) {
    this.ttl = requireTtl(ttl);
    return this;
  }

  /**
   * Sets by how much times to live are shortened at random, so that entries written together do not
   * expire together; 0.1 by default.
   *
   * @param share from 0 (never) to 0.9; an entry lives between {@code (1 - share)} and all of its
   *     time to live
   */
  public CacheBuilder<K, V> ttlJitter(double share) {
    if (!(share >= 0 && share <= 0.9)) {
      throw new IllegalArgumentException("ttlJitter must be from 0 to 0.9, was " + share);
    }
    this.ttlJitter = share;
    return this;
  }

  /**
   * Sets the time to live by the value: shorter for what is not there, say. It counts where no time
   * to live is given with the call. A value for which it throws, or returns anything else than it
   * should, is refused as by {@link #validate}.
   *
   * @param ttlFrom quick, without side effects; returns from 1 ms to 366 days
   */
  public CacheBuilder<K, V> ttlFrom(Function<? super V, Duration> ttlFrom) {
    this.ttlFrom = Objects.requireNonNull(ttlFrom, "ttlFrom");
    return this;
  }

  /**
   * Goes on serving an entry for some time after its time to live, while one caller of all instances
   * refreshes it in the background; nobody waits. Not at all by default. Each instance serves for as
   * long as it is told here, and Redis keeps an entry for as long as the instance was told that stored
   * it.
   *
   * @param staleFor from 0 to 366 days
   */
  public CacheBuilder<K, V> serveStaleFor(Duration staleFor) {
    this.staleFor = requireStale("serveStaleFor", staleFor);
    return this;
  }

  /**
   * Keeps an entry for some time after its time to live, to be returned if the loader fails; what
   * counts is how old it is as the load begins. Not at all by default. As for {@link #serveStaleFor},
   * each instance goes by what it is told here.
   *
   * @param staleFor from 0 to 366 days
   */
  public CacheBuilder<K, V> serveStaleOnErrorFor(Duration staleFor) {
    this.staleOnErrorFor = requireStale("serveStaleOnErrorFor", staleFor);
    return this;
  }

  /**
   * Refreshes entries that are read often before their time to live ends, in the background: the
   * likelier, the nearer that is and the longer they take to load. Off by default.
   *
   * @param eagerness 1 is a good choice, more refreshes earlier; from 0 (off) to 100
   */
  public CacheBuilder<K, V> refreshAhead(double eagerness) {
    if (!(eagerness >= 0 && eagerness <= 100)) {
      throw new IllegalArgumentException("refreshAhead must be from 0 to 100, was " + eagerness);
    }
    this.earlyRefresh = eagerness;
    return this;
  }

  /**
   * Limits how long a caller waits for a load, be it its own or that of another caller or instance.
   * Loaders then run on threads of their own, at most 256 at a time for this cache; whoever finds none
   * free waits for one, as part of that time. No limit by default. A {@link CacheWarmer} waits for its
   * own loads to their end, on its own threads.
   *
   * @param patience after which a caller has the expired value, if there is one (see {@link
   *     #serveStaleOnErrorFor}); the load goes on. At least 1 ms
   * @param timeout after which a caller has a {@link LoadTimeoutException}. A loader that takes longer,
   *     also one that refreshes an entry, is interrupted, and another one may load whether or not it
   *     heeds that; what it returns is discarded. At least {@code patience}, at most 1 day
   */
  public CacheBuilder<K, V> loadTimeout(Duration patience, Duration timeout) {
    if (patience.compareTo(SHORTEST_PATIENCE) < 0
        || patience.compareTo(timeout) > 0
        || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "loadTimeout needs 1 ms <= patience <= timeout <= 1 day, were %s and %s"
              .formatted(patience, timeout));
    }
    this.patience = patience;
    this.loadTimeout = timeout;
    return this;
  }

  /**
   * Sets for how long one load keeps other callers, of all instances, from loading the same entry; 10
   * seconds by default. If a loader hangs, others go on after that. If its process dies, after 3
   * seconds or this, if it is less. What a loader returns after that is not cached, and goes to those
   * alone who asked before it began, which is counted and logged as a failure; so allow for the
   * slowest load.
   *
   * @param leaseTime from 100 ms to 1 hour
   */
  public CacheBuilder<K, V> leaseTime(Duration leaseTime) {
    if (leaseTime.compareTo(Duration.ofMillis(100)) < 0
        || leaseTime.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "leaseTime must be from 100 ms to 1 hour, was " + leaseTime);
    }
    this.leaseTime = leaseTime;
    return this;
  }

  /**
   * Tags entries by their keys, so that {@link Cache#deleteTagged} outdates them together. A read
   * asks for the tags along with the entry.
   *
   * @param tags from a key to its tags: any text, up to 4,096 bytes with what is before it in the name
   *     of its Redis key, at most 16 of them; a key that has others is refused
   */
  public CacheBuilder<K, V> tags(Function<? super K, ? extends Collection<String>> tags) {
    this.tags = Objects.requireNonNull(tags, "tags");
    return this;
  }

  private static Duration requireStale(String setting, Duration duration) {
    if (duration.isNegative() || duration.compareTo(LONGEST_TTL) > 0) {
      throw new IllegalArgumentException(setting + " must be from 0 to 366 days, was " + duration);
    }
    return duration;
  }

  /** Sets which values are compressed; those of more than 1 KiB, by LZ4, by default. */
  public CacheBuilder<K, V> compression(Compression compression) {
    this.compression = compression;
    return this;
  }

  /**
   * Sets how large a value may be; 8 MiB by default. Redis serves nobody else while it takes or
   * gives one. What is larger is not stored: a put throws {@link RefusedValueException}, and there is
   * no entry then; a loaded value is returned without being cached, and counted.
   *
   * @param bytes of what would be stored, so compressed and encrypted; from 1 to 536,870,912
   */
  public CacheBuilder<K, V> maxValueSize(int bytes) {
    if (bytes < 1 || bytes > LARGEST_VALUE) {
      throw new IllegalArgumentException(
          "maxValueSize must be from 1 to %d bytes, was %d".formatted(LARGEST_VALUE, bytes));
    }
    this.maxValueBytes = bytes;
    return this;
  }

  /**
   * Encrypts values by XAES-256-GCM, bound to this cache's name and to their key: what Redis holds
   * can neither be read nor moved to another entry. Keys themselves are not encrypted. Values that
   * were stored without encryption are misses from then on.
   *
   * @param keys the first one writes, all read
   */
  public CacheBuilder<K, V> encrypted(KeyRing keys) {
    this.keys = keys;
    return this;
  }

  /**
   * Reads from replicas, on Sentinel and Cluster, while one is connected. For values that may be
   * outdated: a replica may still have what was changed or deleted a moment ago, by this thread too,
   * and for as long as its replication lags. Off by default.
   */
  public CacheBuilder<K, V> readFromReplicas() {
    this.fromReplicas = true;
    return this;
  }

  /**
   * Sets what becomes of values with sensitive data. By default they are refused, unless the cache
   * is {@link #encrypted}: then they are stored.
   *
   * <p>Sensitive is what stands in a member, or in a map under a key, that is marked {@link
   * Sensitive} or called {@code password}, {@code secret}, {@code token}, {@code apiKey}, {@code
   * cvv}, {@code iban}, {@code ssn} or the like (the guide has the list; case, {@code _} and {@code
   * -} do not matter; flags, constants and dates are never meant), and the number of a payment card
   * anywhere in text. Components of records, fields and marked getters of classes, elements of
   * optionals, collections, maps and arrays of objects are looked into, to a depth of 16 and up to
   * 10,000 of them in a value; bytes and arrays of characters are not. This guards against a slip,
   * not against somebody who hides data.
   */
  public CacheBuilder<K, V> sensitiveData(SensitiveData policy) {
    rules.sensitiveData(policy);
    return this;
  }

  /** Adds names of members whose content is sensitive, in this cache, to those known. */
  public CacheBuilder<K, V> sensitiveMembers(String... names) {
    rules.sensitiveMembers(names);
    return this;
  }

  /**
   * Names members that are not looked at in this cache, as what they hold only looks sensitive: a
   * {@code token} that is a game piece, an {@code articleNumber} that could be a card's. A member
   * that is marked {@link Sensitive} stays so.
   */
  public CacheBuilder<K, V> notSensitive(String... names) {
    rules.notSensitive(names);
    return this;
  }

  /**
   * Sets what values have to be like. One that does not pass is not stored: a put throws {@link
   * RefusedValueException}, a loaded value is returned without being cached. An entry in Redis that
   * does not pass is a miss, is deleted, and counts as corrupt. Called more than once, values have
   * to pass all.
   *
   * @param valid quick, without side effects; a value for which it throws does not pass
   */
  public CacheBuilder<K, V> validate(Predicate<? super V> valid) {
    rules.validate(valid);
    return this;
  }

  /**
   * Declares that entries belong to somebody, who is named by a placeholder of the key template:
   * {@code isolatedBy("user")} for {@code "user:{user}:drafts:{page}"}. A template without it is
   * refused when the cache is built, and a key that has nothing there whenever it is used, so that
   * what was cached for nobody is never served to somebody. No text of one user's id makes the name
   * of another's entry.
   */
  public CacheBuilder<K, V> isolatedBy(String placeholder) {
    this.isolatedBy = Objects.requireNonNull(placeholder, "placeholder");
    return this;
  }

  /**
   * Records in the {@link CacheAudit} who puts, deletes and expires which entries of this cache, not
   * only who administers it. Costs a digest for each key that is written.
   */
  public CacheBuilder<K, V> audited() {
    this.audited = true;
    return this;
  }

  /**
   * Builds the cache.
   *
   * @throws IllegalStateException if {@code key} or {@code value} is missing, there is a cache of
   *     this name or key template already, or the cache must be encrypted and is not
   * @throws IllegalArgumentException if the key template lacks the placeholder of {@link #isolatedBy}
   */
  public Cache<K, V> build() {
    if (key == null || codec == null) {
      throw new IllegalStateException("Cache '%s' has no %s. Call %s before build()."
          .formatted(
              name,
              key == null ? "key template" : "value type",
              key == null ? "key(template, type)" : "value(type)"));
    }
    KeyTemplate<K> template = isolatedBy == null ? key : key.requiring(isolatedBy);
    WireFormatBuilder<V> format =
        WireFormatBuilder.of(rules.around(codec, name, keys != null)).compression(compression);
    if (keys != null) {
      format.encryption(keys, "cache:" + name);
    }
    return caches.build(
        name,
        template,
        format.build(),
        new CachePolicy<>(
            ttl,
            ttlJitter,
            ttlFrom,
            staleFor,
            staleOnErrorFor,
            earlyRefresh,
            patience,
            loadTimeout,
            leaseTime,
            tags,
            compression.isOn(),
            fromReplicas,
            maxValueBytes,
            audited));
  }

  static Duration requireTtl(Duration ttl) {
    Objects.requireNonNull(ttl, "ttl");
    if (!isTtl(ttl)) {
      throw new IllegalArgumentException(
          "A time to live must be from 1 ms to 366 days, was " + ttl);
    }
    return ttl;
  }

  static boolean isTtl(Duration ttl) {
    return ttl.compareTo(SHORTEST_TTL) >= 0 && ttl.compareTo(LONGEST_TTL) <= 0;
  }
}
