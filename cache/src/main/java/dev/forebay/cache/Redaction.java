package dev.forebay.cache;

import dev.forebay.cache.TypePlan.Member;
import java.lang.reflect.Array;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Builds values anew without what is sensitive in them. What holds nothing sensitive is taken over
 * as it is.
 */
final class Redaction {

  private final TypePlans plans;

  Redaction(TypePlans plans) {
    this.plans = plans;
  }

  /**
   * Returns the value without what is sensitive.
   *
   * @throws ImpossibleException if something sensitive is where it cannot be left out
   */
  Object of(Object value) throws ImpossibleException {
    if (SensitiveSearch.in(value, plans) == null) {
      return value;
    }
    TypePlan plan = plans.of(value.getClass());
    return switch (plan.kind()) {
      case NOTHING -> value;
      case TEXT -> CardNumbers.mask((CharSequence) value);
      case OPTIONAL -> Optional.of(of(((Optional<?>) value).orElseThrow()));
      case COLLECTION -> collection((Collection<?>) value);
      case MAP -> map((Map<?, ?>) value);
      case REFERENCE -> new AtomicReference<>(ofNullable(((AtomicReference<?>) value).get()));
      case ENTRY -> plan.members().isEmpty() ? entry((Map.Entry<?, ?>) value) : record(value, plan);
      case ARRAY -> array((Object[]) value);
      case MEMBERS -> record(value, plan);
      case UNREADABLE ->
        throw new ImpossibleException(value.getClass().getName() + " cannot be read");
    };
  }

  private @Nullable Object ofNullable(@Nullable Object value) throws ImpossibleException {
    return value == null ? null : of(value);
  }

  private Object record(Object value, TypePlan plan) throws ImpossibleException {
    TypePlan.Rebuild rebuild = plan.rebuild();
    if (rebuild == null) {
      throw new ImpossibleException(value.getClass().getName() + " is no record");
    }
    @Nullable Object[] contents = new Object[rebuild.components().size()];
    for (int i = 0; i < contents.length; i++) {
      Member component = rebuild.components().get(i);
      Object content = component.of(value);
      if (component.reason() != null) {
        contents[i] = blank(component.type());
      } else {
        contents[i] = plans.isExempt(component.name()) ? content : ofNullable(content);
      }
    }
    try {
      return (Object) rebuild.constructor().invokeExact(contents);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      // Its message may quote the value.
      throw new ImpossibleException("the constructor of %s fails without it, by %s"
          .formatted(value.getClass().getName(), e.getClass().getSimpleName()));
    }
  }

  private static @Nullable Object blank(Class<?> type) {
    if (type.isPrimitive()) {
      return Array.get(Array.newInstance(type, 1), 0);
    }
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    if (type == Optional.class) {
      return Optional.empty();
    }
    if (type == List.class || type == Collection.class) {
      return List.of();
    }
    if (type == Set.class) {
      return Set.of();
    }
    return type == Map.class ? Map.of() : null;
  }

  private Object collection(Collection<?> values) throws ImpossibleException {
    List<@Nullable Object> redacted = new ArrayList<>(values.size());
    for (Object value : values) {
      redacted.add(ofNullable(value));
    }
    if (values instanceof NavigableSet<?> sorted) {
      return sortedLike(sorted, redacted);
    }
    return values instanceof Set
        ? Collections.unmodifiableSet(new LinkedHashSet<>(redacted))
        : Collections.unmodifiableList(redacted);
  }

  @SuppressWarnings("unchecked") // elements of one sorted set, or text in place of text
  private static Object sortedLike(NavigableSet<?> original, List<@Nullable Object> values) {
    NavigableSet<Object> sorted = new TreeSet<>(((NavigableSet<Object>) original).comparator());
    values.forEach(sorted::add);
    return Collections.unmodifiableNavigableSet(sorted);
  }

  /** Entries that are sensitive by their key, or whose key is, are left out. */
  @SuppressWarnings("unchecked") // keys of one sorted map
  private Object map(Map<?, ?> original) throws ImpossibleException {
    Map<Object, @Nullable Object> redacted = original instanceof NavigableMap<?, ?> sorted
        ? new TreeMap<>(((NavigableMap<Object, ?>) sorted).comparator())
        : new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : original.entrySet()) {
      Object key = entry.getKey();
      if (plans.isExemptEntry(entry)) {
        redacted.put(key, entry.getValue());
      } else if (!plans.isSecretEntry(entry)
          && (key == null || SensitiveSearch.in(key, plans) == null)) {
        redacted.put(key, ofNullable(entry.getValue()));
      }
    }
    return redacted instanceof NavigableMap<Object, @Nullable Object> sorted
        ? Collections.unmodifiableNavigableMap(sorted)
        : Collections.unmodifiableMap(redacted);
  }

  private Object entry(Map.Entry<?, ?> original) throws ImpossibleException {
    return new SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
        ofNullable(original.getKey()),
        plans.isSecretEntry(original) ? null : ofNullable(original.getValue()));
  }

  private Object array(Object[] values) throws ImpossibleException {
    @Nullable Object[] redacted = values.clone();
    for (int i = 0; i < values.length; i++) {
      redacted[i] = ofNullable(values[i]);
    }
    return redacted;
  }

  /** Something sensitive cannot be left out; the message says why. */
  static final class ImpossibleException extends Exception {

    private static final long serialVersionUID = 1L;

    ImpossibleException(String message) {
      super(message);
    }
  }
}
