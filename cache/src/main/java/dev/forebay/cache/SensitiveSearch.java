package dev.forebay.cache;

import dev.forebay.cache.Finding.Reason;
import dev.forebay.cache.TypePlan.Member;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Looks through one value for something sensitive, to a depth of 16 and through 10,000 objects:
 * what lies beyond is not seen. Single use.
 */
final class SensitiveSearch {

  static final int DEEPEST = 16;
  private static final int MOST = 10_000;
  private static final String ELEMENT = "[]";

  private final TypePlans plans;
  private int seen;

  private SensitiveSearch(TypePlans plans) {
    this.plans = plans;
  }

  /** Returns the first thing that is sensitive, or null. */
  static @Nullable Finding in(Object value, TypePlans plans) {
    if (plans.of(value.getClass()).kind() == TypePlan.Kind.NOTHING) {
      return null;
    }
    return new SensitiveSearch(plans).find(value, 0);
  }

  /** Returns whether there is no content: null, zero, or empty. */
  static boolean isEmpty(@Nullable Object content) {
    if (content == null) {
      return true;
    }
    if (content instanceof CharSequence text) {
      return text.length() == 0;
    }
    if (content instanceof Number number) {
      return number.doubleValue() == 0;
    }
    if (content instanceof Character character) {
      return character == 0;
    }
    if (content instanceof Optional<?> optional) {
      return optional.isEmpty();
    }
    if (content instanceof AtomicReference<?> reference) {
      return reference.get() == null;
    }
    if (content instanceof Collection<?> collection) {
      return collection.isEmpty();
    }
    if (content instanceof Map<?, ?> map) {
      return map.isEmpty();
    }
    return content.getClass().isArray() && Array.getLength(content) == 0;
  }

  private @Nullable Finding find(@Nullable Object value, int depth) {
    if (value == null || depth > DEEPEST || ++seen > MOST) {
      return null;
    }
    TypePlan plan = plans.of(value.getClass());
    return switch (plan.kind()) {
      case NOTHING -> null;
      case TEXT ->
        CardNumbers.isIn((CharSequence) value) ? new Finding("", Reason.CARD_NUMBER) : null;
      case OPTIONAL -> find(((Optional<?>) value).orElse(null), depth + 1);
      case COLLECTION -> inElements((Collection<?>) value, depth);
      case MAP -> inEntries(((Map<?, ?>) value).entrySet(), depth);
      case REFERENCE -> find(((AtomicReference<?>) value).get(), depth + 1);
      case ENTRY -> {
        Finding found = inMembers(value, plan, depth);
        yield found == null ? inEntry((Map.Entry<?, ?>) value, depth) : found;
      }
      case ARRAY -> inArray((Object[]) value, depth);
      case MEMBERS -> inMembers(value, plan, depth);
      case UNREADABLE -> new Finding("", Reason.UNREADABLE);
    };
  }

  private @Nullable Finding inMembers(Object owner, TypePlan plan, int depth) {
    for (Member member : plan.members()) {
      Object content = member.of(owner);
      if (member.reason() != null) {
        if (!isEmpty(content)) {
          return new Finding(member.name(), member.reason());
        }
      } else {
        Finding found = find(content, depth + 1);
        if (found != null) {
          return found.under(member.name());
        }
      }
    }
    return null;
  }

  private @Nullable Finding inElements(Iterable<?> elements, int depth) {
    for (Object element : elements) {
      Finding found = find(element, depth + 1);
      if (found != null) {
        return found.under(ELEMENT);
      }
      if (seen > MOST) {
        return null;
      }
    }
    return null;
  }

  private @Nullable Finding inArray(Object[] elements, int depth) {
    for (Object element : elements) {
      Finding found = find(element, depth + 1);
      if (found != null) {
        return found.under(ELEMENT);
      }
    }
    return null;
  }

  private @Nullable Finding inEntries(Set<? extends Map.Entry<?, ?>> entries, int depth) {
    for (Map.Entry<?, ?> entry : entries) {
      Finding found = inEntry(entry, depth);
      if (found != null) {
        return found;
      }
      if (seen > MOST) {
        return null;
      }
    }
    return null;
  }

  private @Nullable Finding inEntry(Map.Entry<?, ?> entry, int depth) {
    if (plans.isExemptEntry(entry)) {
      return null;
    }
    if (plans.isSecretEntry(entry)) {
      return new Finding("[" + entry.getKey() + "]", Reason.NAMED);
    }
    Finding found = find(entry.getKey(), depth + 1);
    found = found == null ? find(entry.getValue(), depth + 1) : found;
    return found == null ? null : found.under(ELEMENT);
  }
}
