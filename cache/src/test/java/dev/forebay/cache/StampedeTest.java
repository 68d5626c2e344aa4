package dev.forebay.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.testing.ChildJvm;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Many callers in two processes ask for one entry. */
@RedisTest
@Tag("C2")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(120)
class StampedeTest {

  /** In each process. */
  private static final int CALLERS = 128;

  private static final int ROUNDS = 5;
  private static final long FAILS = 11;
  private static final long HANGS = 12;
  private static final long KILLED = 13;
  private static final long KILLED_REFRESHING = 14;

  /** Far less than the 30 seconds after which a caller no longer waits for others. */
  private static final Duration SLACK = Duration.ofSeconds(7);

  private final RedisNamespace namespace;
  private final Stampede here;
  private final ChildJvm there;

  StampedeTest(RedisNamespace namespace) {
    this.namespace = namespace;
    this.here = new Stampede(CachesFixture.on(namespace));
    this.there = ChildJvm.start(
        StampedeProcess.class, CachesFixture.addressOf(namespace), namespace.keyPrefix());
    assertThat(there.readLine()).isEqualTo("READY");
  }

  @AfterAll
  void close() {
    there.close();
    here.close();
  }

  @Test
  void of_256_callers_in_two_processes_one_loads() throws Exception {
    for (long id = 1; id <= ROUNDS; id++) {
      String ask = "ask %s %d %d".formatted(Stampede.PATIENT, id, CALLERS);
      CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> there.ask(ask));
      here.ask(Stampede.PATIENT, id, CALLERS, 0);
      assertThat(asked.get(60, TimeUnit.SECONDS)).isEqualTo("ASKED");
      awaitWaiting(Stampede.PATIENT, id);
      here.release(id);

      assertThat(here.answers(id)).isEqualTo(Map.of("load 1", CALLERS));
      assertThat(there.ask("answers " + id)).isEqualTo("{load 1=128}");
      assertThat(here.loads(id)).isEqualTo(1);
    }
  }

  @Test
  void if_that_one_fails_his_process_is_told_and_one_of_the_other_loads() throws Exception {
    loadThere(Stampede.FAILING, FAILS, CALLERS);
    here.ask(Stampede.FAILING, FAILS, CALLERS, 0);
    awaitWaiting(Stampede.FAILING, FAILS);
    here.release(FAILS);

    assertThat(here.answers(FAILS)).isEqualTo(Map.of("load 2", CALLERS));
    assertThat(there.ask("answers " + FAILS)).startsWith("{failure 1=");
    assertThat(here.loads(FAILS)).isEqualTo(2);
  }

  @Test
  void if_he_hangs_one_of_the_others_loads_after_the_lease_time() throws Exception {
    loadThere(Stampede.HASTY, HANGS, CALLERS);
    long since = System.nanoTime();
    here.ask(Stampede.HASTY, HANGS, CALLERS, 0);

    assertThat(here.answers(HANGS)).isEqualTo(Map.of("load 2", CALLERS));
    assertThat(since(since)).isLessThan(Stampede.LEASE.plus(SLACK));
    here.release(HANGS);
    assertThat(there.ask("answers " + HANGS)).isEqualTo("{load 1=1, load 2=127}");
    assertThat(here.loads(HANGS)).isEqualTo(2);
  }

  @Test
  @Order(Integer.MAX_VALUE) // nobody is there after it
  void if_his_process_is_killed_one_of_those_who_wait_loads_when_the_lease_has_run_out()
      throws Exception {
    Cache<Long, String> stale = here.cache(Stampede.STALE);
    stale.put(KILLED_REFRESHING, "old");
    await().until(() -> stale.ttl(KILLED_REFRESHING).orElse(Duration.ZERO).isZero());
    stale.setTtl(Duration.ofHours(1));
    loadThere(Stampede.STALE, KILLED_REFRESHING, 1);
    loadThere(Stampede.PATIENT, KILLED, 1);
    here.ask(Stampede.PATIENT, KILLED, 4, 4);
    here.ask(Stampede.STALE, KILLED_REFRESHING, 4, 4);
    assertThat(here.answers(KILLED_REFRESHING)).isEqualTo(Map.of("old", 8));
    awaitWaiting(Stampede.PATIENT, KILLED);
    there.kill();
    long since = System.nanoTime();

    assertThat(here.answers(KILLED)).isEqualTo(Map.of("load 2", 8));
    assertThat(since(since)).isLessThan(Leases.TERM.plus(SLACK));
    assertThat(here.loads(KILLED)).isEqualTo(2);
    await()
        .atMost(Leases.TERM.plus(SLACK))
        .until(() -> here.getOrLoad(Stampede.STALE, KILLED_REFRESHING).equals("load 2"));
    assertThat(here.loads(KILLED_REFRESHING)).isEqualTo(2);
  }

  /** Lets callers of the other process ask, of whom one begins to load. */
  private void loadThere(String cache, long id, int callers) {
    assertThat(there.ask("ask %s %d %d".formatted(cache, id, callers))).isEqualTo("ASKED");
    await().until(() -> here.loads(id) == 1);
  }

  /** Waits until one instance has the lease of an entry, and another one waits for its end. */
  private void awaitWaiting(String cache, long id) {
    String lease = CachesFixture.leaseOf(namespace, cache + ":" + id);
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> namespace.execute("HLEN", lease) instanceof Long fields && fields > 1);
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
