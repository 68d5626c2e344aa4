package dev.forebay.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RedisTest(Topology.MOVING_CLUSTER)
@Timeout(60)
class SlotMoverTest {

  /** Of two keys one is never there: between two masters, Redis would refuse to look for both. */
  private static final String COUNT_AND_TELL_WHERE = "return {redis.call('CLUSTER', 'MYID'), "
      + "redis.call('INCRBY', KEYS[1], 1 + redis.call('EXISTS', KEYS[2]))}";

  @Test
  void keys_are_now_at_one_master_now_at_another_and_never_out_of_reach(RedisNamespace redis) {
    Set<Object> masters = new HashSet<>();
    long begin = System.nanoTime();
    long count = 0;
    while (masters.size() < 3 || System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(1)) {
      Object answer = redis.execute(
          "EVAL", COUNT_AND_TELL_WHERE, "2", redis.key("{a}count"), redis.key("{a}none"));
      count++;
      assertThat(answer).isInstanceOfSatisfying(List.class, pair -> masters.add(pair.get(0)));
      assertThat(redis.execute("GET", redis.key("{a}count"))).isEqualTo(Long.toString(count));
    }
    assertThat(redis.topology().isCluster()).isTrue();
    assertThat(count).isGreaterThan(10);
  }
}
