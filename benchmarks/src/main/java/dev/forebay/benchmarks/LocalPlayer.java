package dev.forebay.benchmarks;

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
    } catch (SkippedException e) {
      throw new ContestantException(SkippedException.PREFIX + e.getMessage(), e);
    } catch (Exception | LinkageError e) {
      throw failed("cannot begin '" + played.name() + "'", e);
    }
  }

  @Override
  public Turn play(double seconds) {
    if (stage == null || act == null) {
      throw new IllegalStateException("prepare was not called");
    }
    try {
      if (act instanceof Outsider outsider) {
        return outsider.play(seconds).turn();
      }
      return new Crew(stage, act, rounds, seconds).play();
    } catch (Exception e) {
      throw failed("cannot play '" + stage.played().name() + "'", e);
    }
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
