package dev.forebay.architecture;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every type of every module's test sources with the JUnit tags written on it: literals only,
 * constants are not seen.
 */
record TestSources(List<TestType> types) {

  static TestSources of(House house) {
    List<TestType> types = new ArrayList<>();
    for (MavenModule module : house.modules()) {
      for (JavaSource source : JavaSource.parse(MavenModule.files(module.testSources(), ".java"))) {
        String prefix = source.packageName().isEmpty() ? "" : source.packageName() + ".";
        for (Tree type : source.unit().getTypeDecls()) {
          if (type instanceof ClassTree tree) {
            collect(module.name(), prefix, Set.of(), tree, types);
          }
        }
      }
    }
    return new TestSources(List.copyOf(types));
  }

  /** The types above, wherever they are declared in the test sources; matched by simple name. */
  List<TestType> ancestors(TestType type) {
    List<TestType> found = new ArrayList<>();
    climb(type, found);
    return found;
  }

  /**
   * The type itself and all below it. A method of an abstract class runs, and is reported, in
   * those.
   */
  List<TestType> family(TestType type) {
    return types.stream()
        .filter(other -> other.equals(type) || ancestors(other).contains(type))
        .toList();
  }

  boolean hasMethod(TestType type, String method) {
    return withAncestors(type).anyMatch(owner -> owner.methods().containsKey(method));
  }

  boolean isTagged(TestType type, String method, String tag) {
    return withAncestors(type)
        .anyMatch(owner -> owner.tags().contains(tag)
            || Objects.requireNonNullElse(owner.methods().get(method), Set.of()).contains(tag));
  }

  private Stream<TestType> withAncestors(TestType type) {
    return Stream.concat(Stream.of(type), ancestors(type).stream());
  }

  private void climb(TestType type, List<TestType> found) {
    for (TestType other : types) {
      if (type.supertypes().contains(other.simpleName())
          && !other.equals(type)
          && !found.contains(other)) {
        found.add(other);
        climb(other, found);
      }
    }
  }

  private static void collect(
      String module, String prefix, Set<String> outer, ClassTree tree, List<TestType> types) {
    String name = prefix + tree.getSimpleName();
    Set<String> tags = new LinkedHashSet<>(outer);
    tags.addAll(tags(tree.getModifiers()));
    Map<String, Set<String>> methods = new LinkedHashMap<>();
    for (Tree member : tree.getMembers()) {
      if (member instanceof MethodTree method) {
        methods
            .computeIfAbsent(method.getName().toString(), unused -> new LinkedHashSet<>())
            .addAll(tags(method.getModifiers()));
      } else if (member instanceof ClassTree nested) {
        collect(module, name + "$", tags, nested, types);
      }
    }
    types.add(new TestType(module, name, supertypes(tree), tags, methods));
  }

  private static List<String> supertypes(ClassTree tree) {
    List<Tree> written = new ArrayList<>(tree.getImplementsClause());
    if (tree.getExtendsClause() != null) {
      written.add(tree.getExtendsClause());
    }
    return written.stream()
        .map(type -> simple(type.toString().replaceFirst("<.*", "")))
        .toList();
  }

  private static Set<String> tags(ModifiersTree modifiers) {
    Set<String> tags = new LinkedHashSet<>();
    for (AnnotationTree annotation : modifiers.getAnnotations()) {
      new TreeScanner<Void, Void>() { // finds those inside @Tags({...}) too
        @Override
        public Void visitAnnotation(AnnotationTree found, Void unused) {
          if (simple(found.getAnnotationType().toString()).equals("Tag")) {
            found.getArguments().forEach(argument -> literal(argument, tags));
          }
          return super.visitAnnotation(found, null);
        }
      }.scan(annotation, null);
    }
    return tags;
  }

  private static void literal(ExpressionTree argument, Set<String> tags) {
    ExpressionTree value =
        argument instanceof AssignmentTree assignment ? assignment.getExpression() : argument;
    if (value instanceof LiteralTree literal && literal.getValue() instanceof String tag) {
      tags.add(tag);
    }
  }

  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
