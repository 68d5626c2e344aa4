package dev.forebay.redis.spi;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a typed key becomes the name of a Redis key: {@code event:{id}}, {@code user:{id}:profile},
 * {@code items:{category}:{page}}. Immutable.
 *
 * <p>A scalar key type (text, integer, boolean, enum, UUID, date or time) fills the one
 * placeholder; a record fills one placeholder per component, by name. Values are escaped (see
 * {@link KeyText}) and absent components differ from empty text, so two different keys never have
 * one name. Placeholders
 * are parted from what is around them by {@code :} or {@code /}, which values never hold, so it can
 * be told whether two templates could ever make one name.
 *
 * @param <K> the type of the keys
 */
public final class KeyTemplate<K> {

  /** The longest name in bytes of UTF-8; longer ones are refused. */
  public static final int MAX_BYTES = 4096;

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z][A-Za-z0-9]*)}");
  private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9_.:/-]*");
  private static final String ABSENT = "%-";
  private static final String OPEN_SEGMENT = "*";
  private static final List<Class<?>> SCALARS = List.of(
      CharSequence.class,
      Character.class,
      Boolean.class,
      Byte.class,
      Short.class,
      Integer.class,
      Long.class,
      BigInteger.class,
      Enum.class,
      UUID.class,
      TemporalAccessor.class);

  private final String template;
  private final List<String> literals;
  private final List<Part<K>> parts;
  private final Pattern exact;

  private KeyTemplate(String template, List<String> literals, List<Part<K>> parts) {
    this.template = template;
    this.literals = literals;
    this.parts = parts;
    this.exact = Pattern.compile(
        literals.stream().map(Pattern::quote).collect(Collectors.joining("[^:/]*")));
  }

  /**
   * Parses a template for keys of a type.
   *
   * @throws IllegalArgumentException if the template cannot name such keys, or not unambiguously
   */
  public static <K> KeyTemplate<K> parse(String template, Class<K> type) {
    List<String> literals = new ArrayList<>();
    List<String> placeholders = new ArrayList<>();
    Matcher matcher = PLACEHOLDER.matcher(template);
    int end = 0;
    while (matcher.find()) {
      literals.add(template.substring(end, matcher.start()));
      placeholders.add(matcher.group(1));
      end = matcher.end();
    }
    literals.add(template.substring(end));
    requireSoundLiterals(template, literals);
    List<Part<K>> parts = type.isRecord()
        ? componentsOf(template, type, placeholders)
        : List.of(scalar(template, type, placeholders));
    return new KeyTemplate<>(template, List.copyOf(literals), parts);
  }

  /**
   * Returns this template, refusing keys that have null or empty text for a placeholder: where it
   * keeps one user's entries from another's, those of nobody must not be everybody's.
   *
   * @throws IllegalArgumentException if there is no such placeholder
   */
  public KeyTemplate<K> requiring(String placeholder) {
    List<String> placeholders =
        PLACEHOLDER.matcher(template).results().map(result -> result.group(1)).toList();
    int index = placeholders.indexOf(placeholder);
    if (index < 0) {
      throw new IllegalArgumentException(
          "Key template '%s' has no placeholder {%s}, so that its names do not depend on it. Add one."
              .formatted(template, placeholder));
    }
    List<Part<K>> required = new ArrayList<>(parts);
    Part<K> part = parts.get(index);
    required.set(index, key -> {
      Object value = part.of(key);
      if (value == null || textOf(value).isEmpty()) {
        throw new IllegalArgumentException(
            "A key of '%s' has nothing for {%s}, which must tell its entries apart. Do not cache what belongs to nobody here."
                .formatted(template, placeholder));
      }
      return value;
    });
    return new KeyTemplate<>(template, literals, List.copyOf(required));
  }

  /**
   * Returns the name of a key, without any prefix.
   *
   * @throws IllegalArgumentException if the name is longer than {@link #MAX_BYTES}
   */
  public String render(K key) {
    StringBuilder name = new StringBuilder(64);
    for (int i = 0; i < parts.size(); i++) {
      name.append(literals.get(i));
      Object value = parts.get(i).of(key);
      if (value == null) {
        name.append(ABSENT);
      } else {
        KeyText.appendEscaped(name, textOf(value));
      }
    }
    name.append(literals.get(parts.size()));
    String rendered = name.toString();
    if (rendered.length() > MAX_BYTES / 4 && KeyText.utf8Length(rendered) > MAX_BYTES) {
      throw new IllegalArgumentException(
          "A key of '%s' has %d bytes, more than %d. Use a shorter key, a digest of the text say."
              .formatted(template, KeyText.utf8Length(rendered), MAX_BYTES));
    }
    return rendered;
  }

  /** Returns text as it stands in names: it holds no separator, glob, brace or {@code #}. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    KeyText.appendEscaped(escaped, text);
    return escaped.toString();
  }

  /** Returns the glob pattern that matches every name of this template, without any prefix. */
  public String pattern() {
    return String.join("*", literals);
  }

  /** Returns whether {@code name} is the name of some key; exact, unlike {@link #pattern}. */
  public boolean names(String name) {
    return exact.matcher(name).matches();
  }

  /**
   * Returns whether some name could belong to both templates. A value fills one segment between
   * {@code :} or {@code /} and never holds one itself, so segments decide.
   */
  public boolean overlaps(KeyTemplate<?> other) {
    String mine = shape();
    String others = other.shape();
    if (!delimitersOf(mine).equals(delimitersOf(others))) {
      return false;
    }
    String[] mySegments = mine.split("[:/]", -1);
    String[] otherSegments = others.split("[:/]", -1);
    for (int i = 0; i < mySegments.length; i++) {
      boolean open = mySegments[i].equals(OPEN_SEGMENT) || otherSegments[i].equals(OPEN_SEGMENT);
      if (!open && !mySegments[i].equals(otherSegments[i])) {
        return false;
      }
    }
    return true;
  }

  private String shape() {
    return String.join(OPEN_SEGMENT, literals);
  }

  private static String delimitersOf(String shape) {
    return shape.replaceAll("[^:/]", "");
  }

  /** Returns what every name of this template begins with; never empty. */
  public String beginning() {
    return literals.get(0);
  }

  @Override
  public String toString() {
    return template;
  }

  private static CharSequence textOf(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    return value instanceof CharSequence text ? text : value.toString();
  }

  private static void requireSoundLiterals(String template, List<String> literals) {
    String rest = String.join("", literals);
    if (rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
      throw new IllegalArgumentException(
          "Key template '%s' has a brace that belongs to no placeholder. Write placeholders as {name}, in letters and digits."
              .formatted(template));
    }
    if (literals.size() == 1) {
      throw new IllegalArgumentException(
          "Key template '%s' has no placeholder, so all keys would share one name. Add one: 'item:{id}'."
              .formatted(template));
    }
    if (literals.get(0).isEmpty()) {
      throw new IllegalArgumentException(
          "Key template '%s' begins with a placeholder and could name any key. Begin with a word: 'item:{id}'."
              .formatted(template));
    }
    for (String literal : literals) {
      if (!LITERAL.matcher(literal).matches()) {
        throw new IllegalArgumentException(
            "Key template '%s' holds '%s'. Outside {placeholders}, letters, digits and _ . : / - may stand."
                .formatted(template, literal));
      }
    }
    for (int i = 0; i < literals.size(); i++) {
      boolean openBefore =
          i > 0 && !literals.get(i).isEmpty() && !isBoundary(literals.get(i).charAt(0));
      boolean openAfter = i < literals.size() - 1
          && (literals.get(i).isEmpty()
              || !isBoundary(literals.get(i).charAt(literals.get(i).length() - 1)));
      if (openBefore || openAfter) {
        throw new IllegalArgumentException(
            "Key template '%s' joins a placeholder to what is beside it, and values may hold that too. Part them by ':' or '/'."
                .formatted(template));
      }
    }
  }

  private static boolean isBoundary(char c) {
    return c == ':' || c == '/';
  }

  private static <K> Part<K> scalar(String template, Class<K> type, List<String> placeholders) {
    requireScalar(template, type);
    if (placeholders.size() != 1) {
      throw new IllegalArgumentException(
          "Key template '%s' has %d placeholders for a key of one value (%s). Use a record with a component for each."
              .formatted(template, placeholders.size(), type.getSimpleName()));
    }
    return key -> key;
  }

  private static <K> List<Part<K>> componentsOf(
      String template, Class<K> type, List<String> placeholders) {
    RecordComponent[] components = type.getRecordComponents();
    Set<String> names = new LinkedHashSet<>();
    Arrays.stream(components).map(RecordComponent::getName).forEach(names::add);
    if (!names.equals(new LinkedHashSet<>(placeholders)) || placeholders.size() != names.size()) {
      throw new IllegalArgumentException(
          "Key template '%s' has the placeholders %s, but %s has the components %s. Name each component once, or different keys would share a name."
              .formatted(template, placeholders, type.getSimpleName(), names));
    }
    List<Part<K>> parts = new ArrayList<>();
    for (String placeholder : placeholders) {
      RecordComponent component = Arrays.stream(components)
          .filter(candidate -> candidate.getName().equals(placeholder))
          .findFirst()
          .orElseThrow();
      parts.add(component(template, component));
    }
    return List.copyOf(parts);
  }

  private static <K> Part<K> component(String template, RecordComponent component) {
    boolean optional = component.getType() == Optional.class;
    if (!optional) {
      requireScalar(template, component.getType());
    }
    var accessor = component.getAccessor();
    try {
      accessor.setAccessible(true);
    } catch (InaccessibleObjectException e) {
      throw new IllegalArgumentException(
          "Cannot read component '%s' of %s for key template '%s'. Make the record public, or open its package to dev.forebay.redis."
              .formatted(component.getName(), accessor.getDeclaringClass().getName(), template),
          e);
    }
    return key -> {
      try {
        Object value = accessor.invoke(key);
        return value instanceof Optional<?> wrapped ? wrapped.orElse(null) : value;
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(
            "Cannot read component '%s' of a key for '%s'".formatted(component.getName(), template),
            e);
      }
    };
  }

  private static void requireScalar(String template, Class<?> type) {
    boolean integral =
        type.isPrimitive() && type != double.class && type != float.class && type != void.class;
    boolean scalar = integral || SCALARS.stream().anyMatch(known -> known.isAssignableFrom(type));
    if (!scalar) {
      throw new IllegalArgumentException(
          "Key template '%s' cannot name values of %s. Use text, an integer, a boolean, an enum, a UUID, a date or time, or a record of those."
              .formatted(template, type.getName()));
    }
  }

  /** Reads from a key the value of one placeholder. */
  @FunctionalInterface
  private interface Part<K> {
    @Nullable
    Object of(K key);
  }
}
