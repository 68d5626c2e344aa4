package dev.forebay.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlotPlacementTest {

  private static final String A = view("a", 1, "0-5460 5462");
  private static final String B = view("b", 2, "5461 5463-16383");

  /** What a node says of itself, and of another one. */
  private static String view(String id, int epoch, String slots) {
    return "c 127.0.0.1:7003@17003 master - 0 1700000000000 3 connected\n"
        + id + " 127.0.0.1:7001@17001 myself,master - 0 0 " + epoch + " connected " + slots
        + "\n";
  }

  @Test
  void it_is_the_same_in_whatever_order_the_nodes_answer() {
    assertThat(SlotPlacement.of(List.of(A, B)))
        .isPresent()
        .isEqualTo(SlotPlacement.of(List.of(B, A)));
  }

  @Test
  void it_is_another_one_when_a_slot_moved_even_if_it_has_come_back() {
    assertThat(SlotPlacement.of(List.of(A, B)))
        .isNotEqualTo(SlotPlacement.of(List.of(view("a", 3, "0-5462"), view("b", 2, "5463-16383"))))
        .isNotEqualTo(SlotPlacement.of(List.of(A, view("b", 4, "5461 5463-16383"))));
  }

  @Test
  void there_is_none_while_a_slot_is_between_two_nodes_or_not_all_have_answered() {
    assertThat(SlotPlacement.of(List.of(A, view("b", 2, "5461 5463-16383 [5461->-a]"))))
        .isEmpty();
    assertThat(SlotPlacement.of(List.of(view("a", 1, "0-5460 5462 [5461-<-b]"), B)))
        .isEmpty();
    assertThat(SlotPlacement.of(List.of(A))).isEmpty();
    assertThat(SlotPlacement.of(List.of(A, view("b", 2, "5461")))).isEmpty();
    assertThat(SlotPlacement.of(List.of())).isEmpty();
  }
}
