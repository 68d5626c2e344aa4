package dev.forebay.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {

  @Test
  void a_user_may_do_what_its_rules_allow_and_the_default_user_keeps_its_password()
      throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.builder()
        .password("master key")
        .user("cache", "c@che \"1\"", "~cache:*", "+@read", "+@write")
        .user("nobody", "n")
        .start()) {
      RedisEndpoint cache = redis.endpointOf("cache");
      assertThat(cache.uri()).startsWith("redis://cache:c%40che%20%221%22@127.0.0.1:");
      assertThat(RedisEndpoint.of(cache.uri()).execute("SET", "cache:1", "v")).isEqualTo("OK");
      assertThat(redis.execute("GET", "cache:1")).isEqualTo("v");
      assertRefused(cache, "NOPERM", "GET", "jobs:1");
      assertRefused(redis.endpointOf("nobody"), "NOPERM", "GET", "cache:1");
      assertRefused(redis.endpoint().login("cache", "wrong"), "WRONGPASS", "PING");
      assertRefused(RedisEndpoint.loopback(redis.port(), Login.NONE, null), "NOAUTH", "PING");

      Path acl = redis.dataFolder().resolveSibling("users.acl");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(acl)))
          .isEqualTo("rw-------");
      assertThat(acl).content().doesNotContain("c@che").doesNotContain("master key");
      redis.restart();
      assertThat(cache.execute("GET", "cache:2")).isNull();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> redis.endpointOf("ghost"))
          .withMessageContaining("'ghost'");
    }
  }

  @Test
  void without_the_default_user_the_first_one_is_logged_in() {
    try (EmbeddedRedis redis = EmbeddedRedis.builder()
        .withoutDefaultUser()
        .user("admin", "a", "~*", "&*", "+@all")
        .start()) {
      assertThat(redis.uri()).startsWith("redis://admin:a@");
      assertThat(redis.execute("ACL", "WHOAMI")).isEqualTo("admin");
      assertRefused(RedisEndpoint.loopback(redis.port(), Login.NONE, null), "NOAUTH", "PING");
    }
  }

  @Test
  void the_users_of_an_acl_file_can_log_in(@TempDir Path temp) throws IOException {
    Path file = Files.writeString(
        temp.resolve("users.acl"),
        "user default on >chosen ~* &* +@all\n\nuser bob on >builder ~bob:* +get\n");
    try (EmbeddedRedis redis =
        EmbeddedRedis.builder().aclFile(file).password("chosen").start()) {
      assertThat(redis.execute("PING")).isEqualTo("PONG");
      RedisEndpoint bob = redis.endpoint().login("bob", "builder");
      assertThat(bob.execute("GET", "bob:1")).isNull();
      assertRefused(bob, "NOPERM", "SET", "bob:1", "v");
    }
    assertThatThrownBy(() -> EmbeddedRedis.builder().aclFile(temp.resolve("none")))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("'" + temp.resolve("none") + "'");
  }

  @Test
  void a_default_user_that_is_both_set_and_turned_off_is_refused(@TempDir Path temp)
      throws IOException {
    Path file =
        Files.writeString(temp.resolve("users.acl"), "user default on nopass ~* &* +@all\n");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> EmbeddedRedis.builder().withoutDefaultUser().aclFile(file).start())
        .withMessageContaining("withoutDefaultUser()")
        .withMessageContaining("aclFile(...)");
  }

  @Test
  void a_rule_that_redis_does_not_know_stops_the_start() {
    assertThatThrownBy(
            () -> EmbeddedRedis.builder().user("bob", "b", "+@nonsense").start())
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("ACL errors");
  }

  @Test
  void users_that_could_forge_a_line_of_the_file_are_refused() {
    EmbeddedRedisBuilder builder = EmbeddedRedis.builder().user("bob", "b");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.user("a b", "p"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.user("default", "p"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.user("x", ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.user("x", "p", "~*\nuser eve on nopass +@all"))
        .withMessageContaining("end of line");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.user("bob", "c"))
        .withMessageContaining("already");
  }

  private static void assertRefused(RedisEndpoint endpoint, String error, String... command) {
    assertThatThrownBy(() -> endpoint.execute(command))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining(error);
  }
}
