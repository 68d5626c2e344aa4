package dev.forebay.cache;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Tells from the declared types of members whether what they hold has to be looked into at all, so
 * that a list of numbers is not.
 */
final class DeclaredTypes {

  /** Types whose values hold neither text nor members. */
  private static final List<Class<?>> PLAIN = List.of(
      Number.class,
      Boolean.class,
      Character.class,
      Enum.class,
      TemporalAccessor.class,
      TemporalAmount.class,
      ZoneId.class,
      UUID.class,
      Date.class,
      Locale.class,
      Currency.class,
      Class.class);

  private final TypePlans plans;
  private final Set<Class<?>> underWay;

  DeclaredTypes(TypePlans plans, Set<Class<?>> underWay) {
    this.plans = plans;
    this.underWay = underWay;
  }

  static boolean isPlain(Class<?> type) {
    return type.isPrimitive() || PLAIN.stream().anyMatch(plain -> plain.isAssignableFrom(type));
  }

  boolean mayHold(Type type) {
    if (type instanceof Class<?> named) {
      return mayHold(named);
    }
    if (type instanceof ParameterizedType generic) {
      Class<?> container = (Class<?>) generic.getRawType();
      return !isContainer(container)
          || Arrays.stream(generic.getActualTypeArguments())
              .anyMatch(argument -> mayHold(argument)
                  || (isKeyed(container) && argument instanceof Class<?> key && key.isEnum()));
    }
    if (type instanceof GenericArrayType array) {
      return mayHold(array.getGenericComponentType());
    }
    if (type instanceof WildcardType wildcard) {
      return mayHold(wildcard.getUpperBounds()[0]);
    }
    return !(type instanceof TypeVariable<?> variable) || mayHold(variable.getBounds()[0]);
  }

  /** Of a class that may have subclasses nothing is known: they may have other members. */
  private boolean mayHold(Class<?> type) {
    if (isPlain(type)) {
      return false;
    }
    if (type.isArray()) {
      return mayHold(type.getComponentType());
    }
    return !Modifier.isFinal(type.getModifiers())
        || isContainer(type)
        || underWay.contains(type)
        || plans.compile(type, underWay).kind() != TypePlan.Kind.NOTHING;
  }

  /** Whether it holds what its type arguments say, and nothing else. */
  private static boolean isContainer(Class<?> type) {
    return type == Optional.class
        || (TypePlans.isOfJdk(type) && Collection.class.isAssignableFrom(type))
        || isKeyed(type);
  }

  /** Whether it holds values by keys: what they are called may be a secret's name. */
  private static boolean isKeyed(Class<?> type) {
    return TypePlans.isOfJdk(type)
        && (Map.class.isAssignableFrom(type) || Map.Entry.class.isAssignableFrom(type));
  }
}
