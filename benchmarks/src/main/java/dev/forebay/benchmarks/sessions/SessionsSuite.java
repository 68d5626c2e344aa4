package dev.forebay.benchmarks.sessions;

import static dev.forebay.benchmarks.sessions.SessionActs.CREATE;
import static dev.forebay.benchmarks.sessions.SessionActs.READ;
import static dev.forebay.benchmarks.sessions.SessionActs.SAVE;
import static dev.forebay.benchmarks.sessions.SessionActs.TOUCH;

import dev.forebay.benchmarks.Callers;
import dev.forebay.benchmarks.Case;
import dev.forebay.benchmarks.Contestant;
import dev.forebay.benchmarks.Role;
import dev.forebay.benchmarks.Suite;
import java.util.List;
import java.util.Set;

/** Sessions: created, read, touched and changed among many that live. */
public final class SessionsSuite implements Suite {

  private static final int LIVE = 10_000;
  private static final int FEW = 500;
  private static final Set<String> ALL = Set.of(CREATE, READ, TOUCH, SAVE);

  @Override
  public String name() {
    return "sessions";
  }

  @Override
  public String question() {
    return "What does a session cost a request that only reads it, one that also makes it live on,"
        + " and one that changes it? Of two requests of one visitor, the later one must see what the"
        + " earlier one wrote. `B/entry` is what a session of six attributes takes in Redis.";
  }

  @Override
  public List<Case> cases() {
    return List.of(
        create(LIVE),
        read(Callers.platform(8), LIVE),
        read(Callers.platform(64), LIVE),
        touch(Callers.platform(8), LIVE),
        touch(Callers.platform(64), LIVE),
        save(LIVE));
  }

  @Override
  public List<Case> quickCases() {
    return List.of(create(FEW), touch(Callers.platform(8), FEW), save(FEW));
  }

  private static Case create(int sessions) {
    return Case.of(CREATE, "A new session of six attributes", Callers.platform(8), sessions);
  }

  private static Case read(Callers callers, int sessions) {
    return Case.of(READ, "A session fetched with all its attributes", callers, sessions);
  }

  private static Case touch(Callers callers, int sessions) {
    return Case.of(TOUCH, "A session fetched, and its half hour begun again", callers, sessions);
  }

  private static Case save(int sessions) {
    return Case.of(
        SAVE, "A session fetched, and stored with another cart", Callers.platform(8), sessions);
  }

  @Override
  public List<Contestant> contestants() {
    return List.of(
        contestant("lettuce value", Role.FLOOR, LettuceBlob.CONFIGURATION, LettuceBlob::new),
        contestant("lettuce hash", Role.FLOOR, LettuceHash.CONFIGURATION, LettuceHash::new),
        contestant(
            "spring session", Role.PEER, SpringSessions.CONFIGURATION, SpringSessions::plain),
        contestant(
            "spring session, indexed", Role.PEER, SpringSessions.INDEXED, SpringSessions::indexed));
  }

  private static Contestant contestant(
      String name, Role role, String configuration, SessionActs.Connecting connecting) {
    return new Contestant(name, role, configuration, ALL, SessionActs.opening(connecting));
  }
}
