package dev.forebay.cache;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells from types alone whether their values have sensitive members. Single use. */
final class SensitiveTypes {

  private final TypePlans plans;
  private final Set<Type> seen = new HashSet<>();

  SensitiveTypes(TypePlans plans) {
    this.plans = plans;
  }

  /** Returns the first sensitive member of values that are made of the types, or null. */
  @Nullable
  Finding firstOf(Collection<? extends Type> types) {
    for (Type type : types) {
      Finding found = in(type);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Finding in(Type type) {
    if (!seen.add(type)) {
      return null;
    }
    if (type instanceof Class<?> named) {
      return named.isArray() ? in(named.getComponentType()) : inMembers(named);
    }
    if (type instanceof ParameterizedType generic) {
      Finding found = in(generic.getRawType());
      return found == null ? firstOf(Arrays.asList(generic.getActualTypeArguments())) : found;
    }
    if (type instanceof GenericArrayType array) {
      return in(array.getGenericComponentType());
    }
    return type instanceof WildcardType wildcard ? in(wildcard.getUpperBounds()[0]) : null;
  }

  private @Nullable Finding inMembers(Class<?> type) {
    if (plans.of(type).members().isEmpty()) {
      return null;
    }
    for (MemberSource source : MemberSource.of(type)) {
      Finding.Reason reason = plans.reasonOf(source);
      Finding found = reason == null ? in(source.declared()) : new Finding(source.name(), reason);
      if (found != null) {
        return reason == null ? found : found.under(type.getSimpleName());
      }
    }
    return null;
  }
}
