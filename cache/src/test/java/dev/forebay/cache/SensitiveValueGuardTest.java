package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.redis.JsonCodec;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sensitive in a value, and what a cache's policy makes of it. */
@Tag("C11")
class SensitiveValueGuardTest {

  private static final String CARD = "4111 1111 1111 1111";

  record Login(String user, @Nullable String password) {}

  record Account(String user, @Sensitive @Nullable String motto) {}

  @SuppressWarnings("ArrayRecordComponent") // the point of the test
  record Plain(long id, Instant at, UUID uuid, Size size, List<Integer> sizes, int[] more) {}

  record Holder(String name, @Nullable Object any) {}

  record Node(int id, @Nullable Node next) {}

  record Numbers(int pin, boolean secret, Instant token, Size password) {}

  record Strict(String user, String password) {
    Strict {
      if (password.isEmpty()) {
        throw new IllegalArgumentException("password of " + user);
      }
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // the point of the test
  record Everything(
      long cvv,
      @Nullable String token,
      Optional<String> iban,
      List<String> credentials,
      Map<String, String> secret,
      byte[] privateKey) {}

  enum Size {
    SMALL
  }

  enum Field {
    USER("user"),
    PASSWORD("the word"),
    CODE("pin-code");

    private final String text;

    Field(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  record Attempts(Map<Field, Integer> counts, Map.Entry<Field, Integer> last) {}

  record Pair<K, V>(K key, V value) implements Map.Entry<K, V> {
    @Override
    public K getKey() {
      return key;
    }

    @Override
    public V getValue() {
      return value;
    }

    @Override
    public V setValue(V other) {
      throw new UnsupportedOperationException();
    }
  }

  record WithGetters(
      String user, @Nullable String motto, @Nullable String phrase) {

    public @Nullable String getPassword() {
      return phrase;
    }

    @Sensitive
    public @Nullable String getMotto() {
      return motto;
    }

    /** No getter: no codec writes it. */
    public String token() {
      return "computed";
    }
  }

  static class Person {
    private final String name = "ann";
    private final transient String token = "not stored";
    protected @Nullable String apiKey;

    @Override
    public String toString() {
      return name + token;
    }
  }

  static final class Employee extends Person {
    private final @Nullable Object more;

    Employee(@Nullable String key, @Nullable Object more) {
      this.apiKey = key;
      this.more = more;
    }

    @Sensitive
    public String getPhrase() {
      return more == null ? "" : "open sesame";
    }
  }

  static Stream<Object> sensitive() {
    return Stream.of(
        new Login("ann", "hunter2"),
        new Account("ann", "x"),
        CARD,
        CharBuffer.wrap(CARD),
        List.of(1, "text", CARD),
        Map.of("a", Map.of("b", Optional.of(CARD))),
        Map.of(CARD, 1),
        Map.of("API-Key", "k"),
        new Object[] {new Object[] {CARD}},
        new Holder("ann", new Login("bob", "x")),
        new Holder(CARD, null),
        new Numbers(1234, false, Instant.EPOCH, Size.SMALL),
        new Employee("key", null),
        new Employee(null, 1),
        List.of(Map.entry("password", "x")),
        new SimpleEntry<>("note", CARD),
        Map.entry(CARD, 1),
        Map.entry(Field.PASSWORD, "x"),
        new Pair<>("password", "x"),
        new Pair<>("note", new Login("bob", "x")),
        new Holder("ann", new AtomicReference<>(CARD)),
        new AtomicReference<>(new Login("bob", "x")),
        Map.of(Field.PASSWORD, "x"),
        new EnumMap<>(Map.of(Field.CODE, 1234)),
        new Attempts(Map.of(Field.CODE, 1234), Map.entry(Field.USER, 1)),
        new Attempts(Map.of(Field.USER, 1), Map.entry(Field.CODE, 1234)),
        new WithGetters("ann", "x", null),
        new WithGetters("ann", null, "x"));
  }

  @ParameterizedTest
  @MethodSource("sensitive")
  void a_value_with_something_sensitive_is_refused(Object value) {
    assertThatThrownBy(() -> guard(SensitiveData.REFUSE).admit(value))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageStartingWith("Cache 'people' refuses a value: ")
        .hasMessageContaining("sensitiveData(REDACT)")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("4111", "hunter2"));
  }

  static Stream<Object> harmless() {
    return Stream.of(
        1,
        "some text, 1718000000000",
        new Plain(1, Instant.EPOCH, new UUID(1, 2), Size.SMALL, List.of(1), new int[] {1}),
        new Login("ann", null),
        new Login("ann", ""),
        new Account("ann", null),
        new Node(1, new Node(2, null)),
        new Numbers(0, true, Instant.EPOCH, Size.SMALL),
        new Employee(null, null),
        Map.of("token", "", "secret", true),
        Optional.empty(),
        new byte[] {1},
        new Holder("ann", Arrays.asList(null, 1)),
        Map.entry("note", "x"),
        Map.entry("token", ""),
        new Pair<>("note", 1),
        new AtomicReference<>("text"),
        new AtomicReference<>(),
        Map.of("password", new AtomicReference<>()),
        Map.of(Field.USER, "ann"),
        new Attempts(Map.of(Field.USER, 1), Map.entry(Field.USER, 1)),
        new WithGetters("ann", null, null));
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void a_value_without_is_stored_as_it_is(Object value) {
    assertThat(guard(SensitiveData.REFUSE).admit(value)).isSameAs(value);
    assertThat(guard(SensitiveData.REDACT).admit(value)).isSameAs(value);
  }

  @Test
  void the_refusal_names_the_member_and_the_reason() {
    ValueGuard<Object> guard = guard(SensitiveData.REFUSE);

    assertThatThrownBy(() -> guard.admit(new Login("ann", "x")))
        .hasMessageContaining("Login.password is sensitive by its name");
    assertThatThrownBy(() -> guard.admit(new Holder("a", List.of(new Account("ann", "x")))))
        .hasMessageContaining("Holder.any[].motto is marked @Sensitive");
    assertThatThrownBy(() -> guard.admit(new Holder("a", Map.of("note", CARD))))
        .hasMessageContaining("Holder.any[] holds the number of a payment card");
    assertThatThrownBy(() -> guard.admit(CARD)).hasMessageContaining("String holds the number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "PASSWD",
        "api_key",
        "api-key",
        "Api_Key",
        "CVV",
        "ssn",
        "iban",
        "refreshToken"
      })
  void names_are_known_however_they_are_written(String name) {
    assertThat(new SensitiveNames(Set.of(), Set.of()).isSensitive(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"passwordChangedAt", "tokens", "secretary", "user", ""})
  void only_whole_names_are_known(String name) {
    assertThat(new SensitiveNames(Set.of(), Set.of()).isSensitive(name)).isFalse();
  }

  @Test
  void the_guide_lists_the_names_that_are_known() throws IOException {
    Pattern name = Pattern.compile("[ ,]([A-Za-z0-9]+)");
    Set<String> listed = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "guides", "cache-guard.md"))) {
      if (line.startsWith("  | ") && !line.startsWith("  | kind ")) {
        String cell = line.substring(line.indexOf('|', 4) + 1);
        name.matcher(cell).results().forEach(found -> listed.add(lowerCase(found.group(1))));
      }
    }

    assertThat(listed).isEqualTo(SensitiveNames.known());
  }

  @Test
  void a_cache_adds_names_and_leaves_members_out() {
    ValueGuard<Object> guard = guard(
        SensitiveData.REFUSE,
        new SensitiveNames(Set.of("shoe_size"), Set.of("password", "motto", "note")));

    assertThatThrownBy(() -> guard.admit(Map.of("shoeSize", 42)))
        .hasMessageContaining("[shoeSize]");
    assertThat(guard.admit(new Login("ann", CARD))).isNotNull();
    assertThat(guard.admit(Map.of("note", CARD))).isNotNull();
    assertThatThrownBy(() -> guard.admit(new Account("ann", "x")))
        .as("marked members stay sensitive")
        .hasMessageContaining("@Sensitive");
    assertThat(guard.admit(Map.of(Field.PASSWORD, "x"))).isNotNull();
    assertThat(guard.admit(Map.entry("note", CARD))).isNotNull();
  }

  @Test
  void redaction_empties_members_and_masks_cards() {
    ValueGuard<Object> guard = guard(SensitiveData.REDACT);

    assertThat(guard.admit(new Login("ann", "x"))).isEqualTo(new Login("ann", null));
    assertThat(guard.admit(CARD)).isEqualTo("**** **** **** 1111");
    assertThat(guard.admit(new Holder(CARD, List.of(new Account("bob", "x"), 7))))
        .isEqualTo(new Holder("**** **** **** 1111", List.of(new Account("bob", null), 7)));
    assertThat(guard.admit(Map.of("token", "x", "note", CARD, CARD, "gone")))
        .isEqualTo(Map.of("note", "**** **** **** 1111"));
    assertThat(guard.admit(new String[] {"a", CARD}))
        .isEqualTo(new String[] {"a", "**** **** **** 1111"});
    assertThat(guard.admit(Optional.of(CARD))).isEqualTo(Optional.of("**** **** **** 1111"));
    assertThat(guard.admit(Set.of(CARD))).isEqualTo(Set.of("**** **** **** 1111"));
    assertThat(guard.admit(new TreeSet<>(Set.of(CARD)))).isEqualTo(Set.of("**** **** **** 1111"));
    assertThat(guard.admit(new TreeMap<>(Map.of("a", CARD))))
        .isInstanceOf(java.util.SortedMap.class)
        .isEqualTo(Map.of("a", "**** **** **** 1111"));
  }

  @Test
  void redaction_keeps_entries_and_references_without_what_is_sensitive_in_them() {
    ValueGuard<Object> guard = guard(SensitiveData.REDACT);

    assertThat(guard.admit(List.of(Map.entry("password", "x"), Map.entry("note", CARD))))
        .isEqualTo(
            List.of(new SimpleEntry<>("password", null), Map.entry("note", "**** **** **** 1111")));
    assertThat(guard.admit(Map.of(Field.PASSWORD, "x", Field.USER, "ann")))
        .isEqualTo(Map.of(Field.USER, "ann"));
    assertThat(guard.admit(new AtomicReference<>(CARD)))
        .isInstanceOfSatisfying(
            AtomicReference.class,
            redacted -> assertThat(redacted.get()).isEqualTo("**** **** **** 1111"));
    assertThat(guard.admit(new WithGetters("ann", "x", null)))
        .isEqualTo(new WithGetters("ann", null, null));
    assertThatThrownBy(() -> guard.admit(new WithGetters("ann", null, "x")))
        .as("what a getter computes cannot be left out")
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("WithGetters.password");
    assertThatThrownBy(() -> guard.admit(new Pair<>("password", "x")))
        .isInstanceOf(RefusedValueException.class);
  }

  @Test
  void what_is_redacted_is_empty_in_the_way_of_its_type() {
    Everything redacted = (Everything) guard(SensitiveData.REDACT)
        .admit(new Everything(
            123, "x", Optional.of("DE1"), List.of("x"), Map.of("a", "b"), new byte[] {1}));

    assertThat(redacted.cvv).isZero();
    assertThat(redacted.token).isNull();
    assertThat(redacted.iban).isEmpty();
    assertThat(redacted.credentials).isEmpty();
    assertThat(redacted.secret).isEmpty();
    assertThat(redacted.privateKey).isEmpty();
  }

  @Test
  void what_cannot_be_redacted_is_refused() {
    ValueGuard<Object> guard = guard(SensitiveData.REDACT);

    assertThatThrownBy(() -> guard.admit(new Employee("key", null)))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("Employee is no record")
        .hasMessageContaining("encrypted(keys)");
    assertThatThrownBy(() -> guard.admit(new Strict("ann", "x")))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("the constructor of")
        .hasMessageContaining("NullPointerException")
        .hasNoCause();
  }

  @Test
  void the_original_is_not_touched_by_redaction() {
    List<Object> original = new ArrayList<>(List.of(CARD, new Login("ann", "x")));

    guard(SensitiveData.REDACT).admit(original);

    assertThat(original).containsExactly(CARD, new Login("ann", "x"));
  }

  @Test
  void encryption_is_required_where_the_type_shows_that_it_would_be() {
    assertThatThrownBy(() -> ofType(JsonCodec.of(Account.class), false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "Cache 'people' must be encrypted: Account.motto is marked @Sensitive")
        .hasMessageContaining("encrypted(keys)");
    assertThatThrownBy(() -> ofType(JsonCodec.listOf(Login.class), false))
        .hasMessageContaining("Login.password");
    ofType(JsonCodec.of(Plain.class), false);

    assertThat(ofType(JsonCodec.of(Account.class), true).admit(new Account("ann", "x")))
        .isNotNull();
    assertThatThrownBy(() -> ofType(JsonCodec.of(String.class), false).admit(CARD))
        .isInstanceOf(RefusedValueException.class);
  }

  @Test
  void allowed_is_everything() {
    assertThat(guard(SensitiveData.ALLOW).admit(new Login("ann", CARD)))
        .isEqualTo(new Login("ann", CARD));
  }

  @Test
  void a_search_ends_in_values_that_are_deep_large_or_circular() {
    ValueGuard<Object> guard = guard(SensitiveData.REFUSE);
    List<Object> circle = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      circle.add(circle);
    }
    Object deep = CARD;
    for (int i = 0; i < 100_000; i++) {
      deep = new Holder("x", deep);
    }

    assertThat(guard.admit(circle)).isSameAs(circle);
    assertThat(guard.admit(deep)).isSameAs(deep);
    assertThatThrownBy(() -> guard.admit(nested(CARD, 15)))
        .isInstanceOf(RefusedValueException.class);
  }

  @Test
  void whatever_is_redacted_holds_nothing_sensitive_and_the_rest_as_it_was() {
    Random random = new Random(11);
    TypePlans plans = new TypePlans(new SensitiveNames(Set.of(), Set.of()));
    ValueGuard<Object> guard = guard(SensitiveData.REDACT);
    int changed = 0;
    for (int i = 0; i < 20_000; i++) {
      Object value = randomValue(random, 4);
      boolean sensitive = SensitiveSearch.in(value, plans) != null;

      Object admitted = guard.admit(value);

      assertThat(SensitiveSearch.in(admitted, plans)).isNull();
      assertThat(admitted.equals(value)).as("%s became %s", value, admitted).isEqualTo(!sensitive);
      assertThat(admitted.toString()).doesNotContain(CARD, "hunter2");
      changed += sensitive ? 1 : 0;
    }
    assertThat(changed).isBetween(2_000, 18_000);
  }

  private static Object randomValue(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 8)) {
      case 0 -> random.nextInt();
      case 1 -> "word " + random.nextInt(100);
      case 2 -> random.nextInt(4) == 0 ? "by " + CARD : Instant.EPOCH;
      case 3 -> new Login("user", random.nextInt(3) == 0 ? "hunter2" : null);
      case 4 -> new Holder("holder", randomValue(random, depth - 1));
      case 5 -> Optional.of(randomValue(random, depth - 1));
      case 6 -> randomMap(random, depth);
      default -> List.of(randomValue(random, depth - 1), randomValue(random, depth - 1));
    };
  }

  private static Object randomMap(Random random, int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", randomValue(random, depth - 1));
    map.put(random.nextInt(4) == 0 ? "Pass_Word" : "b", random.nextInt(2));
    return map;
  }

  private static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Object nested(Object value, int depth) {
    return depth == 0 ? value : List.of(nested(value, depth - 1));
  }

  private static <V> ValueGuard<V> ofType(JsonCodec<V> codec, boolean encrypted) {
    return SensitiveValueGuard.of(
        "people",
        SensitiveData.REQUIRE_ENCRYPTION,
        new SensitiveNames(Set.of(), Set.of()),
        codec.classes(),
        encrypted);
  }

  private static ValueGuard<Object> guard(SensitiveData policy) {
    return guard(policy, new SensitiveNames(Set.of(), Set.of()));
  }

  private static ValueGuard<Object> guard(SensitiveData policy, SensitiveNames names) {
    return SensitiveValueGuard.of("people", policy, names, Set.of(), false);
  }
}
