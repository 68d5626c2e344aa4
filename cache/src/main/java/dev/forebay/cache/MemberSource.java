package dev.forebay.cache;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the content of one member comes from: a component of a record; a field of a class or of its
 * superclasses, unless it is static or transient; or a public getter without such a field.
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
    return owner.isRecord() ? componentsOf(owner) : fieldsAndGettersOf(owner);
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

  private static List<MemberSource> componentsOf(Class<?> owner) {
    return Arrays.stream(owner.getRecordComponents())
        .map(component -> new MemberSource(
            component.getName(),
            component.getType(),
            component.getGenericType(),
            component.isAnnotationPresent(Sensitive.class)
                || component.getAccessor().isAnnotationPresent(Sensitive.class),
            component.getAccessor(),
            false))
        .toList();
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
    getters.forEach((name, getter) -> members.add(new MemberSource(
        name,
        getter.getReturnType(),
        getter.getGenericReturnType(),
        getter.isAnnotationPresent(Sensitive.class),
        getter,
        true)));
    return members;
  }

  /** Returns public methods without parameters by what they would be the getter of. */
  private static Map<String, Method> gettersOf(Class<?> owner) {
    Map<String, Method> getters = new LinkedHashMap<>();
    for (Method method : owner.getMethods()) {
      if (method.getParameterCount() == 0
          && method.getReturnType() != void.class
          && !Modifier.isStatic(method.getModifiers())
          && !method.isSynthetic()
          && !TypePlans.isOfJdk(method.getDeclaringClass())) {
        getters.putIfAbsent(propertyOf(method.getName()), method);
      }
    }
    return getters;
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
