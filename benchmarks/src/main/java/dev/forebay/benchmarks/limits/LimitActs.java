package dev.forebay.benchmarks.limits;

import dev.forebay.benchmarks.Act;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Stage;

/** What callers do with a {@link Limiter}, by the word for the operation. */
final class LimitActs {

  static final String ALLOWED_HOT = "allowed on one key";
  static final String ALLOWED = "allowed on 10,000 keys";
  static final String DENIED_HOT = "denied on one key";
  static final String DENIED = "denied on 10,000 keys";

  private static final int CALLS = 15;

  private LimitActs() {}

  /** Connects a limiter whose keys have an allowance each. */
  @FunctionalInterface
  interface Connecting {
    Limiter connect(Stage stage, Allowance allowance) throws Exception;
  }

  /** Returns how to open a limiter that was seen to count right, and knows all keys. */
  static Contestant.Opening opening(Connecting connecting) {
    return stage -> {
      boolean expected = isAllowed(stage.operation());
      if (stage.isFirst()) {
        requireExactness(connecting, stage);
      }
      Limiter limiter =
          connecting.connect(stage, expected ? Allowance.UNREACHABLE : Allowance.SINGLE);
      String[] keys = new String[stage.entries()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = "client:" + i;
        if (stage.isFirst() && !limiter.tryAcquire(keys[i])) {
          throw new IllegalStateException("the first call of a key was denied");
        }
      }
      return new Act() {
        @Override
        public void perform(long number) throws Exception {
          boolean allowed = limiter.tryAcquire(keys[(int) number]);
          if (allowed != expected) {
            throw new IllegalStateException(allowed ? "allowed too much" : "allowed too little");
          }
        }

        @Override
        public void close() {
          limiter.close();
        }
      };
    };
  }

  private static boolean isAllowed(String operation) {
    return operation.equals(ALLOWED) || operation.equals(ALLOWED_HOT);
  }

  private static void requireExactness(Connecting connecting, Stage stage) throws Exception {
    try (Limiter ten = connecting.connect(stage, Allowance.TEN)) {
      int allowed = 0;
      for (int i = 0; i < CALLS; i++) {
        allowed += ten.tryAcquire("exact") ? 1 : 0;
      }
      if (allowed != Allowance.TEN.calls()) {
        throw new IllegalStateException(
            "of " + CALLS + " calls with a limit of 10, " + allowed + " were allowed");
      }
    }
  }
}
