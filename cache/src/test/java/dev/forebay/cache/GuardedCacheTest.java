package dev.forebay.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.redis.KeyRing;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What caches refuse to hold, on a real Redis. */
@RedisTest
@Tag("C11")
class GuardedCacheTest {

  private static final Member ANN = new Member(1, "Ann", "hunter2", "pays by 4111 1111 1111 1111");
  private static final Member BARE = new Member(1, "Ann", null, "pays by cash");
  private static final KeyRing KEYS =
      KeyRing.builder().key(1, "k".repeat(32).getBytes(UTF_8)).build();

  private final RedisNamespace namespace;

  @AutoClose
  private final CachesFixture instance;

  GuardedCacheTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.instance = CachesFixture.on(namespace);
  }

  record Member(long id, String name, @Nullable String password, String note) {}

  record Signed(long id) {
    public String getPassword() {
      return "hunter2";
    }
  }

  record Draft(Optional<String> user, int page) {}

  @Test
  void a_loaded_value_with_secrets_is_returned_but_not_cached() {
    Cache<Long, Member> members = members(instance).build();

    assertThat(members.getOrLoad(1L, id -> ANN)).isSameAs(ANN);
    assertThat(members.getAllOrLoad(List.of(1L, 2L), ids -> Map.of(1L, ANN, 2L, BARE)))
        .isEqualTo(Map.of(1L, ANN, 2L, BARE));

    assertThat(members.exists(1L)).isFalse();
    assertThat(members.get(2L)).contains(BARE);
    assertThat(members.statistics().refusals()).isEqualTo(2);
    assertThat(members.statistics().failures()).isZero();
  }

  @Test
  void a_put_of_a_refused_value_throws_and_leaves_no_outdated_one_behind() {
    Cache<Long, Member> members = members(instance).build();
    members.put(1L, BARE);

    assertThatThrownBy(() -> members.put(1L, ANN))
        .isInstanceOf(RefusedValueException.class)
        .hasMessageContaining("Cache 'members' refuses a value: Member.password");

    assertThat(members.exists(1L)).isFalse();
    assertThatThrownBy(() -> members.putAll(Map.of(1L, ANN, 2L, BARE)))
        .isInstanceOf(RefusedValueException.class);
    assertThat(members.getAll(List.of(1L, 2L))).containsOnlyKeys(2L);
  }

  @Test
  void redacted_the_rest_is_cached_and_the_loader_s_caller_has_it_whole() {
    Cache<Long, Member> members =
        members(instance).sensitiveData(SensitiveData.REDACT).build();

    assertThat(members.getOrLoad(1L, id -> ANN)).isSameAs(ANN);

    assertThat(members.get(1L)).contains(new Member(1, "Ann", null, "pays by **** **** **** 1111"));
    assertThat(String.valueOf(namespace.execute("GET", namespace.key("member:1"))))
        .contains("Ann")
        .doesNotContain("hunter2", "4111");
  }

  @Test
  void what_a_record_computes_is_refused_as_it_would_be_stored() {
    CacheBuilder<Long, Signed> signed =
        instance.caches.cache("signed").key("signed:{id}", Long.class).value(Signed.class);
    Cache<Long, Signed> lax = signed.sensitiveData(SensitiveData.ALLOW).build();
    lax.put(1L, new Signed(1));
    assertThat(String.valueOf(namespace.execute("GET", namespace.key("signed:1"))))
        .as("what is stored unless it is refused")
        .contains("hunter2");
    try (CachesFixture careful = CachesFixture.on(namespace)) {
      Cache<Long, Signed> strict = careful
          .caches
          .cache("signed")
          .key("signed:{id}", Long.class)
          .value(Signed.class)
          .build();

      assertThatThrownBy(() -> strict.put(1L, new Signed(1)))
          .isInstanceOf(RefusedValueException.class)
          .hasMessageContaining("Signed.password");
      assertThat(strict.exists(1L)).isFalse();
    }
  }

  @Test
  void an_encrypted_cache_holds_secrets_and_one_that_must_be_encrypted_is_not_built_without_keys() {
    assertThatThrownBy(() ->
            members(instance).sensitiveData(SensitiveData.REQUIRE_ENCRYPTION).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Cache 'members' must be encrypted: Member.password")
        .hasMessageContaining("Call encrypted(keys)");
    Cache<Long, Member> members = members(instance).encrypted(KEYS).build();

    members.put(1L, ANN);

    assertThat(members.get(1L)).contains(ANN);
  }

  @Test
  void what_is_not_valid_is_neither_stored_nor_served() {
    try (CachesFixture stranger = CachesFixture.on(namespace)) {
      Cache<Long, Member> lax = members(stranger).build();
      Cache<Long, Member> strict = members(instance)
          .validate((Member member) -> member.id() > 0)
          .validate((Member member) -> !member.name().isBlank())
          .build();
      Member noName = new Member(1, " ", null, "");
      lax.put(1L, noName);

      assertThat(strict.get(1L)).isEmpty();
      assertThat(lax.exists(1L)).isFalse();
      assertThat(strict.statistics().corruptions()).isEqualTo(1);
      assertThat(strict.getOrLoad(1L, id -> noName)).isSameAs(noName);
      assertThat(strict.exists(1L)).isFalse();
      assertThatThrownBy(() -> strict.put(1L, noName))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not valid by the check");
      assertThat(strict.getOrLoad(1L, id -> BARE)).isEqualTo(BARE);
      assertThat(strict.get(1L)).contains(BARE);
    }
  }

  @Test
  void a_check_that_throws_is_not_passed() {
    Cache<Long, Member> members = members(instance)
        .validate((Member member) -> Objects.requireNonNull(member.password()).isEmpty())
        .build();

    assertThat(members.getOrLoad(1L, id -> BARE)).isEqualTo(BARE);

    assertThat(members.exists(1L)).isFalse();
  }

  @Test
  void entries_of_one_user_are_apart_from_those_of_others_and_of_nobody() {
    Cache<Draft, String> drafts = instance
        .caches
        .cache("drafts")
        .key("user:{user}:drafts:{page}", Draft.class)
        .value(String.class)
        .isolatedBy("user")
        .build();
    Draft anns = new Draft(Optional.of("ann"), 1);

    drafts.put(anns, "Ann's");

    assertThat(drafts.get(anns)).contains("Ann's");
    for (String other : List.of("bob", "ann:drafts:1", "ann ", "*", "%61nn", "ANN")) {
      assertThat(drafts.get(new Draft(Optional.of(other), 1))).isEmpty();
    }
    for (Optional<String> nobody : List.of(Optional.<String>empty(), Optional.of(""))) {
      assertThatThrownBy(() -> drafts.put(new Draft(nobody, 1), "whose?"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nothing for {user}");
    }
    CacheBuilder<Long, Member> apart = members(instance).isolatedBy("user");
    assertThatThrownBy(apart::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'member:{id}' has no placeholder {user}");
  }

  private static CacheBuilder<Long, Member> members(CachesFixture instance) {
    return instance.caches.cache("members").key("member:{id}", Long.class).value(Member.class);
  }
}
