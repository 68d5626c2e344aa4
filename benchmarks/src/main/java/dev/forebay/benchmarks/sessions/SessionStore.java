package dev.forebay.benchmarks.sessions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the suite asks of a session store. Sessions end after half an hour. Safe for concurrent use. */
interface SessionStore extends AutoCloseable {

  /** Stores a new session, and returns its id. */
  String create(Map<String, String> attributes) throws Exception;

  /**
   * Fetches a session with all its attributes, and returns one of them; null if the session or the
   * attribute is not there.
   */
  @Nullable
  String read(String id, String attribute) throws Exception;

  /** Like {@link #read}, and the session's half hour begins again. */
  @Nullable
  String touch(String id, String attribute) throws Exception;

  /** Fetches a session, changes one attribute, and stores it; its half hour begins again. */
  void save(String id, String attribute, String value) throws Exception;

  @Override
  void close();
}
