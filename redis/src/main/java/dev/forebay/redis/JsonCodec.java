package dev.forebay.redis;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Values as JSON, by Jackson 3. Properties that the type does not know are passed over, so that
 * instances of two releases can share entries while one replaces the other. A property of a record
 * that is missing, or of another JSON type, is refused: an entry of an older release is then loaded
 * anew. Polymorphic typing is off.
 *
 * @param <V> the type of the values; records, collections and everything else Jackson can bind
 */
public final class JsonCodec<V> implements Codec<V> {

  private static final JsonMapper MAPPER = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
      .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
      .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
      .withCoercionConfig(
          LogicalType.Textual,
          text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
              .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
              .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private final JavaType type;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  private JsonCodec(JavaType type) {
    this.type = type;
    this.reader = MAPPER.readerFor(type);
    this.writer = MAPPER.writerFor(type);
  }

  /**
   * Returns a codec for a type without type arguments.
   *
   * @throws IllegalArgumentException if {@code type} does not say what to read: {@code Object}, a
   *     type whose arguments are missing, or an interface that Jackson cannot tell the class of
   */
  public static <V> JsonCodec<V> of(Class<V> type) {
    Objects.requireNonNull(type, "type");
    if (type == Object.class || type.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(
          "%s does not say what to read from JSON. Name the whole type: JsonCodec.listOf(Item.class), JsonCodec.optionalOf(Item.class) or JsonCodec.of(new TypeReference<Map<String, Item>>() {})."
              .formatted(type.getName()));
    }
    if (type.isInterface() && !type.isAnnotationPresent(JsonTypeInfo.class)) {
      throw new IllegalArgumentException(
          "%s is an interface: its JSON does not say which class to read. Name a record or a class."
              .formatted(type.getName()));
    }
    return new JsonCodec<>(MAPPER.constructType(type));
  }

  /** Returns a codec for a generic type: {@code of(new TypeReference<Map<String, Item>>() {})}. */
  public static <V> JsonCodec<V> of(TypeReference<V> type) {
    return new JsonCodec<>(MAPPER.constructType(type));
  }

  /** Returns a codec for values that may be absent: cache the knowledge that there is none. */
  public static <E> JsonCodec<Optional<E>> optionalOf(Class<E> element) {
    return new JsonCodec<>(MAPPER
        .getTypeFactory()
        .constructReferenceType(Optional.class, MAPPER.constructType(element)));
  }

  /** Returns a codec for lists of {@code element}. */
  public static <E> JsonCodec<List<E>> listOf(Class<E> element) {
    return new JsonCodec<>(MAPPER.getTypeFactory().constructCollectionType(List.class, element));
  }

  /**
   * Returns the classes of which the type of the values is made, without their members: {@code List}
   * and {@code Item} for {@code listOf(Item.class)}.
   */
  public Set<Class<?>> classes() {
    Set<Class<?>> classes = new LinkedHashSet<>();
    collect(type, classes);
    return classes;
  }

  private static void collect(JavaType type, Set<Class<?>> classes) {
    classes.add(type.getRawClass());
    if (type.getContentType() != null) {
      collect(type.getContentType(), classes);
    }
    for (int i = 0; i < type.containedTypeCount(); i++) {
      collect(type.containedType(i), classes);
    }
  }

  /** Returns 1. */
  @Override
  public int id() {
    return 1;
  }

  @Override
  public byte[] encode(V value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new CodecException(
          "Cannot write a value of " + type.toCanonical() + " as JSON: " + reason(e), e);
    }
  }

  /** Tells of a type all there is; of a value, which may be a secret, only the kind of failure. */
  private static String reason(JacksonException failure) {
    boolean tellsNoValue = failure instanceof InvalidDefinitionException
        || failure instanceof StreamConstraintsException;
    return tellsNoValue ? failure.getOriginalMessage() : failure.getClass().getSimpleName();
  }

  @Override
  public V decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  @Override
  public V decode(byte[] bytes, int from, int to) {
    V value;
    try {
      value = reader.readValue(bytes, from, to - from);
    } catch (JacksonException e) {
      // Jackson's message may quote the bytes, and they may be a secret: only its kind is told.
      throw new CodecException(
          (to - from) + " bytes are not JSON of " + type.toCanonical() + " ("
              + e.getClass().getSimpleName() + ")",
          null);
    }
    if (value == null) {
      throw new CodecException("JSON null is not a value of " + type.toCanonical(), null);
    }
    return value;
  }
}
