package dev.forebay.architecture;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A class or interface in the test sources.
 *
 * @param name binary, as a report writes it: {@code dev.forebay.cache.CacheTest$Nested}
 * @param supertypes simple names of what it extends and implements, as written
 * @param tags its own and those of the classes around it
 * @param methods name to the tags written on the method
 */
record TestType(
    String module,
    String name,
    List<String> supertypes,
    Set<String> tags,
    Map<String, Set<String>> methods) {

  /**
   * Whether a row may call it so: simple, {@code Outer.Nested}, {@code Outer$Nested} or with its
   * package.
   */
  boolean isCalled(String written) {
    String dotted = name.replace('$', '.');
    String wanted = written.replace('$', '.');
    return dotted.equals(wanted) || dotted.endsWith("." + wanted);
  }

  String simpleName() {
    return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
  }
}
