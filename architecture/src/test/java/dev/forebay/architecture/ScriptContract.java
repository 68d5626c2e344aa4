package dev.forebay.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What every Lua script and its typed Java method owe each other. */
final class ScriptContract {

  private static final Pattern RANDOM = Pattern.compile("\\bmath\\s*\\.\\s*random");

  private final House house;
  private final List<ScriptMethod> methods;

  ScriptContract(House house) {
    this.house = house;
    this.methods = ScriptMethod.of(house);
  }

  List<String> violations() {
    List<String> violations = new ArrayList<>();
    Set<String> scripts = new HashSet<>();
    for (MavenModule module : house.modules()) {
      for (Path file : MavenModule.files(module.mainResources(), ".lua")) {
        String folder = house
            .relative(file.getParent())
            .substring(house.relative(module.mainResources()).length())
            .replaceFirst("^/", "");
        String method = methodName(name(file));
        scripts.add(module.name() + ":" + folder + ":" + method);
        textViolations(file).forEach(text -> violations.add(house.relative(file) + ": " + text));
        methodViolation(module, folder, method)
            .forEach(text -> violations.add(house.relative(file) + ": " + text));
      }
    }
    for (ScriptMethod method : methods) {
      if (method.needsScript()
          && !scripts.contains(method.module() + ":" + method.folder() + ":" + method.method())) {
        violations.add(method.type() + "." + method.method() + " in " + method.module()
            + " has no script: add " + method.folder() + "/" + fileName(method.method())
            + ", or make the method private");
      }
    }
    return List.copyOf(violations);
  }

  private List<String> methodViolation(MavenModule module, String folder, String name) {
    List<String> types = methods.stream()
        .filter(method -> method.module().equals(module.name()))
        .filter(method -> method.folder().equals(folder))
        .filter(method -> method.method().equals(name))
        .map(ScriptMethod::type)
        .toList();
    return switch (types.size()) {
      case 1 -> List.of();
      case 0 ->
        List.of("no method " + name + " in a class ...Scripts of package "
            + folder.replace('/', '.') + " of module " + module.name()
            + ": add it, move the script to the folder of its caller's package, or delete it");
      default ->
        List.of(
            types.size() + " methods " + name + " in " + types + ": a script has one typed method");
    };
  }

  private static List<String> textViolations(Path file) {
    LuaText script = LuaText.of(read(file));
    List<String> violations = new ArrayList<>();
    String opening = "-- " + name(file) + ": ";
    if (script.header().isEmpty() || !isOpenedBy(script.header().get(0), opening)) {
      violations.add("the first line must be '" + opening + "what it does'");
    }
    violations.addAll(LuaArguments.violations("KEYS", script));
    violations.addAll(LuaArguments.violations("ARGV", script));
    if (script.header().stream().noneMatch(line -> line.matches("--\\s*Returns\\b.*"))) {
      violations.add("the header has no line '-- Returns ...': say every result");
    }
    if (script.header().stream()
        .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("replay"))) {
      violations.add(
          "the header does not say what a replay does: the driver may send a command twice"
              + " after a reconnect");
    }
    if (RANDOM.matcher(script.code()).find()) {
      violations.add(
          "math.random makes replicas and tests differ: take the random value as an argument");
    }
    if (script.strings().stream().anyMatch(text -> text.strip().equalsIgnoreCase("KEYS"))) {
      violations.add("the command KEYS blocks the server: keep an index, or SCAN from Java");
    }
    return violations;
  }

  private static boolean isOpenedBy(String line, String opening) {
    return line.startsWith(opening) && !line.substring(opening.length()).isBlank();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read " + file, e);
    }
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ".lua".length());
  }

  /** {@code put_all} is called by {@code putAll}. */
  static String methodName(String script) {
    return Pattern.compile("[_-]([a-z0-9])")
        .matcher(script)
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }

  private static String fileName(String method) {
    return method.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT) + ".lua";
  }
}
