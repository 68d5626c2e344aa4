package dev.forebay.cache;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where the content of one member comes from: a component of a record; a field of a class or of its
 * superclasses, unless it is static or transient; or a public getter without such a component or field.
 *
 * @param computed whether it is such a getter, which is called only where its mark or name asks for
 *     it
 */
record MemberSource(
    String name,
    Class<?> type,
    Type declared,
    boolean marked,
    AccessibleObject from,
    boolean computed) {

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  static List<MemberSource> of(Class<?> owner) {
    return owner.isRecord() ? componentsAndGettersOf(owner) : fieldsAndGettersOf(owner);
  }

  /**
   * Returns what reads it, from and to {@code Object}.
   *
   * @throws IllegalAccessException if its package is not open to this one
   */
  MethodHandle reader() throws IllegalAccessException {
    open(from);
    MethodHandle reader = from instanceof Field field
        ? LOOKUP.unreflectGetter(field)
        : LOOKUP.unreflect((Method) from);
    return reader.asType(MethodType.methodType(Object.class, Object.class));
  }

  static void open(AccessibleObject member) throws IllegalAccessException {
    if (!member.trySetAccessible()) {
      throw new IllegalAccessException(member + " is not open to dev.forebay.cache");
    }
  }

  /** Returns the components of a record, in its order. */
  static List<MemberSource> componentsOf(Class<?> owner) {
    Set<String> markedGetters = Arrays.stream(owner.getMethods())
        .filter(method -> isGetter(method) && method.isAnnotationPresent(Sensitive.class))
        .map(method -> propertyOf(method.getName()))
        .collect(toSet());
    return Arrays.stream(owner.getRecordComponents())
        .map(component -> new MemberSource(
            component.getName(),
            component.getType(),
            component.getGenericType(),
            component.isAnnotationPresent(Sensitive.class)
                || markedGetters.contains(component.getName()),
            component.getAccessor(),
            false))
        .toList();
  }

  /** Of a record a codec writes what {@code get...} and {@code is...} return, no other methods. */
  private static List<MemberSource> componentsAndGettersOf(Class<?> owner) {
    List<MemberSource> members = new ArrayList<>(componentsOf(owner));
    Set<String> components =
        members.stream().map(MemberSource::name).collect(toCollection(HashSet::new));
    for (Method method : owner.getMethods()) {
      String property = propertyOf(method.getName());
      boolean written =
          !property.equals(method.getName()) || method.isAnnotationPresent(Sensitive.class);
      if (isGetter(method) && written && components.add(property)) {
        members.add(computed(property, method));
      }
    }
    return members;
  }

  private static List<MemberSource> fieldsAndGettersOf(Class<?> owner) {
    Map<String, Method> getters = gettersOf(owner);
    List<MemberSource> members = new ArrayList<>();
    for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
      Field[] fields = TypePlans.isOfJdk(type) ? new Field[0] : type.getDeclaredFields();
      for (Field field : fields) {
        if (!Modifier.isStatic(field.getModifiers())
            && !Modifier.isTransient(field.getModifiers())
            && !field.isSynthetic()) {
          Method getter = getters.remove(field.getName());
          members.add(new MemberSource(
              field.getName(),
              field.getType(),
              field.getGenericType(),
              field.isAnnotationPresent(Sensitive.class)
                  || (getter != null && getter.isAnnotationPresent(Sensitive.class)),
              field,
              false));
        }
      }
    }
    getters.forEach((name, getter) -> members.add(computed(name, getter)));
    return members;
  }

  private static MemberSource computed(String name, Method getter) {
    return new MemberSource(
        name,
        getter.getReturnType(),
        getter.getGenericReturnType(),
        getter.isAnnotationPresent(Sensitive.class),
        getter,
        true);
  }

  /** Returns public methods without parameters by what they would be the getter of. */
  private static Map<String, Method> gettersOf(Class<?> owner) {
    Map<String, Method> getters = new LinkedHashMap<>();
    for (Method method : owner.getMethods()) {
      if (isGetter(method)) {
        getters.putIfAbsent(propertyOf(method.getName()), method);
      }
    }
    return getters;
  }

  private static boolean isGetter(Method method) {
    return method.getParameterCount() == 0
        && method.getReturnType() != void.class
        && !Modifier.isStatic(method.getModifiers())
        && !method.isSynthetic()
        && !TypePlans.isOfJdk(method.getDeclaringClass());
  }

  private static String propertyOf(String method) {
    int prefix = method.startsWith("get") ? 3 : method.startsWith("is") ? 2 : 0;
    boolean bean = method.length() > prefix && Character.isUpperCase(method.charAt(prefix));
    return prefix > 0 && bean
        ? method.substring(prefix, prefix + 1).toLowerCase(Locale.ROOT)
            + method.substring(prefix + 1)
        : method;
  }
}
