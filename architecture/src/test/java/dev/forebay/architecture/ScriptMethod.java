package dev.forebay.architecture;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/**
 * A method of a class {@code ...Scripts} that may stand for a script.
 *
 * @param folder the package as a path: {@code dev/forebay/cache}
 * @param needsScript false for a static method, which may build the class instead
 */
record ScriptMethod(String module, String folder, String type, String method, boolean needsScript) {

  static List<ScriptMethod> of(House house) {
    List<ScriptMethod> methods = new ArrayList<>();
    for (MavenModule module : house.modules()) {
      List<Path> files = MavenModule.files(module.mainSources(), "Scripts.java");
      for (JavaSource source : JavaSource.parse(files)) {
        for (Tree type : source.unit().getTypeDecls()) {
          if (type instanceof ClassTree scripts
              && scripts.getSimpleName().toString().endsWith("Scripts")) {
            collect(module, source, scripts, methods);
          }
        }
      }
    }
    return List.copyOf(methods);
  }

  private static void collect(
      MavenModule module, JavaSource source, ClassTree type, List<ScriptMethod> methods) {
    for (Tree member : type.getMembers()) {
      if (member instanceof MethodTree method && isOffered(method)) {
        methods.add(new ScriptMethod(
            module.name(),
            source.packageName().replace('.', '/'),
            type.getSimpleName().toString(),
            method.getName().toString(),
            !method.getModifiers().getFlags().contains(Modifier.STATIC)));
      }
    }
  }

  private static boolean isOffered(MethodTree method) {
    return method.getReturnType() != null // a constructor has none
        && !method.getModifiers().getFlags().contains(Modifier.PRIVATE)
        && method.getModifiers().getAnnotations().stream().noneMatch(ScriptMethod::isOverride);
  }

  private static boolean isOverride(AnnotationTree annotation) {
    return annotation.getAnnotationType().toString().equals("Override");
  }
}
