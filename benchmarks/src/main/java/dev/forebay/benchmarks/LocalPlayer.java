package dev.forebay.benchmarks;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A contestant in this JVM. */
final class LocalPlayer implements Player {

  private final Contestant contestant;
  private final AtomicLong rounds = new AtomicLong();
  private @Nullable Stage stage;
  private @Nullable Act act;

  LocalPlayer(Contestant contestant) {
    this.contestant = contestant;
  }

  @Override
  public void prepare(Case played, Address address, int instance) {
    rest();
    Stage next = new Stage(played, address, instance);
    try {
      act = contestant.opening().open(next);
      stage = next;
      // JVMs of a contestant that play one after the other never have a round of the same number.
      rounds.compareAndSet(0, (long) next.database() << Integer.SIZE);
    } catch (SkippedException e) {
      throw new ContestantException(SkippedException.PREFIX + e.getMessage(), e);
    } catch (Exception | LinkageError e) {
      throw failed("cannot begin '" + played.name() + "'", e);
    }
  }

  @Override
  public void begin() {
    try {
      prepared().begin();
    } catch (Exception e) {
      throw failed("cannot begin a turn", e);
    }
  }

  @Override
  public Turn play(double seconds) {
    Act present = prepared();
    try {
      return present instanceof Outsider outsider
          ? outsider.play(seconds).turn()
          : new Crew(Objects.requireNonNull(stage), present, rounds, seconds).play();
    } catch (Exception e) {
      throw failed("cannot play a turn", e);
    }
  }

  @Override
  public void check() {
    try {
      prepared().check();
    } catch (Exception e) {
      throw failed("did not do all of a turn", e);
    }
  }

  private Act prepared() {
    if (act == null) {
      throw new IllegalStateException("prepare was not called");
    }
    return act;
  }

  @Override
  public void rest() {
    Act last = act;
    act = null;
    stage = null;
    if (last != null) {
      last.close();
    }
  }

  @Override
  public void close() {
    rest();
  }

  private ContestantException failed(String what, Throwable e) {
    return new ContestantException(contestant.name() + " " + what + ": " + e, e);
  }
}
