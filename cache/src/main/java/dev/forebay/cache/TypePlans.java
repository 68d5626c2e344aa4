package dev.forebay.cache;

import dev.forebay.cache.Finding.Reason;
import dev.forebay.cache.TypePlan.Kind;
import dev.forebay.cache.TypePlan.Member;
import dev.forebay.cache.TypePlan.Rebuild;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The plans by which values are searched, compiled once for each class. Safe for concurrent use. */
final class TypePlans {

  private final SensitiveNames names;
  private final ClassValue<TypePlan> plans = new ClassValue<>() {
    @Override
    protected TypePlan computeValue(Class<?> type) {
      return compile(type, new HashSet<>());
    }
  };

  TypePlans(SensitiveNames names) {
    this.names = names;
  }

  TypePlan of(Class<?> type) {
    return plans.get(type);
  }

  /**
   * Compiles the plan of a class.
   *
   * @param underWay classes whose plans are being compiled; what they can hold is not known yet
   */
  TypePlan compile(Class<?> type, Set<Class<?>> underWay) {
    if (CharSequence.class.isAssignableFrom(type)) {
      return TypePlan.of(Kind.TEXT);
    }
    if (type.isArray()) {
      boolean mayHold = new DeclaredTypes(this, underWay).mayHold(type.getComponentType());
      return TypePlan.of(mayHold ? Kind.ARRAY : Kind.NOTHING);
    }
    if (type == Optional.class) {
      return TypePlan.of(Kind.OPTIONAL);
    }
    if (Collection.class.isAssignableFrom(type)) {
      return TypePlan.of(Kind.COLLECTION);
    }
    if (Map.class.isAssignableFrom(type)) {
      return TypePlan.of(Kind.MAP);
    }
    if (AtomicReference.class.isAssignableFrom(type)) {
      return TypePlan.of(Kind.REFERENCE);
    }
    boolean entry = Map.Entry.class.isAssignableFrom(type);
    if (DeclaredTypes.isPlain(type) || isOfJdk(type)) {
      return TypePlan.of(entry ? Kind.ENTRY : Kind.NOTHING);
    }
    underWay.add(type);
    try {
      TypePlan plan = ofMembers(type, new DeclaredTypes(this, underWay));
      return entry ? new TypePlan(Kind.ENTRY, plan.members(), plan.rebuild()) : plan;
    } catch (IllegalAccessException e) {
      return TypePlan.of(Kind.UNREADABLE);
    } finally {
      underWay.remove(type);
    }
  }

  /** Returns whether an entry of a map is sensitive by its key and has content. */
  boolean isSecretEntry(Map.Entry<?, ?> entry) {
    Object content = entry.getValue();
    return content != null
        && !SensitiveSearch.isEmpty(content)
        && canBeSecret(content.getClass())
        && isNamed(entry.getKey(), names::isSensitive);
  }

  boolean isExempt(String member) {
    return names.isExempt(member);
  }

  /** Returns whether what a map has under that key is not looked at. */
  boolean isExemptEntry(Map.Entry<?, ?> entry) {
    return isNamed(entry.getKey(), names::isExempt);
  }

  /** A constant of an enum may be written by its name or by its text. */
  private static boolean isNamed(@Nullable Object key, Predicate<String> wanted) {
    if (key instanceof Enum<?> constant) {
      return wanted.test(constant.name()) || wanted.test(constant.toString());
    }
    return key instanceof CharSequence text && wanted.test(text.toString());
  }

  static boolean isOfJdk(Class<?> type) {
    return type.getClassLoader() == null || type.getName().startsWith("java.");
  }

  private TypePlan ofMembers(Class<?> type, DeclaredTypes declared) throws IllegalAccessException {
    List<Member> members = new ArrayList<>();
    for (MemberSource source : MemberSource.of(type)) {
      Reason reason = reasonOf(source);
      boolean mayHold = !source.computed()
          && !names.isExempt(source.name())
          && declared.mayHold(source.declared());
      if (reason != null || mayHold) {
        members.add(new Member(source.name(), source.type(), reason, source.reader()));
      }
    }
    return members.isEmpty()
        ? TypePlan.of(Kind.NOTHING)
        : new TypePlan(Kind.MEMBERS, members, type.isRecord() ? rebuild(type) : null);
  }

  @Nullable
  Reason reasonOf(MemberSource source) {
    if (source.marked()) {
      return Reason.MARKED;
    }
    return names.isSensitive(source.name()) && canBeSecret(source.type()) ? Reason.NAMED : null;
  }

  /** A flag or a date is no secret, whatever its name. */
  private static boolean canBeSecret(Class<?> type) {
    return type != boolean.class
        && type != Boolean.class
        && !Enum.class.isAssignableFrom(type)
        && !TemporalAccessor.class.isAssignableFrom(type)
        && !TemporalAmount.class.isAssignableFrom(type)
        && !Date.class.isAssignableFrom(type);
  }

  private Rebuild rebuild(Class<?> type) throws IllegalAccessException {
    List<Member> components = new ArrayList<>();
    for (MemberSource source : MemberSource.componentsOf(type)) {
      components.add(new Member(source.name(), source.type(), reasonOf(source), source.reader()));
    }
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(
          components.stream().map(Member::type).toArray(Class<?>[]::new));
      MemberSource.open(canonical);
      MethodHandle constructor = MethodHandles.lookup()
          .unreflectConstructor(canonical)
          .asSpreader(Object[].class, components.size())
          .asType(MethodType.methodType(Object.class, Object[].class));
      return new Rebuild(components, constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("Each record has a canonical constructor", e);
    }
  }
}
