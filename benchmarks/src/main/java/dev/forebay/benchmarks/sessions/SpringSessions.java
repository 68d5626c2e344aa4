package dev.forebay.benchmarks.sessions;

import static java.util.Objects.requireNonNull;

import dev.forebay.benchmarks.Stage;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.data.redis.RedisIndexedSessionRepository;
import org.springframework.session.data.redis.RedisSessionRepository;

/** Spring Session, used as its filter uses it. */
final class SpringSessions<S extends Session> implements SessionStore {

  static final String CONFIGURATION =
      "Spring Data Redis on one shared Lettuce connection, JDK serialization, saved at the end of a"
          + " request, which is the default";
  static final String INDEXED = CONFIGURATION
      + "; sessions found by user name; Redis sends no notifications of expiry, which spares it work"
      + " that such an application has";

  private final LettuceConnectionFactory connections;
  private final SessionRepository<S> sessions;
  private final boolean indexed;
  private final Runnable destroying;

  private SpringSessions(
      LettuceConnectionFactory connections,
      SessionRepository<S> sessions,
      boolean indexed,
      Runnable destroying) {
    this.connections = connections;
    this.sessions = sessions;
    this.indexed = indexed;
    this.destroying = destroying;
  }

  static SessionStore plain(Stage stage) {
    LettuceConnectionFactory connections = connect(stage);
    RedisSessionRepository sessions = new RedisSessionRepository(template(connections));
    sessions.setDefaultMaxInactiveInterval(LettuceBlob.IDLE);
    return new SpringSessions<>(connections, sessions, false, () -> {});
  }

  static SessionStore indexed(Stage stage) {
    LettuceConnectionFactory connections = connect(stage);
    RedisIndexedSessionRepository sessions =
        new RedisIndexedSessionRepository(template(connections));
    sessions.setDefaultMaxInactiveInterval(LettuceBlob.IDLE);
    sessions.setDatabase(stage.database());
    sessions.afterPropertiesSet();
    return new SpringSessions<>(connections, sessions, true, sessions::destroy);
  }

  private static LettuceConnectionFactory connect(Stage stage) {
    RedisStandaloneConfiguration server =
        new RedisStandaloneConfiguration("127.0.0.1", stage.port());
    server.setDatabase(stage.database());
    LettuceConnectionFactory connections = new LettuceConnectionFactory(server);
    connections.start();
    return connections;
  }

  private static RedisTemplate<String, Object> template(LettuceConnectionFactory connections) {
    RedisTemplate<String, Object> template = new RedisTemplate<>();
    template.setConnectionFactory(connections);
    template.setKeySerializer(RedisSerializer.string());
    template.setHashKeySerializer(RedisSerializer.string());
    template.afterPropertiesSet();
    return template;
  }

  @Override
  public String create(Map<String, String> attributes) {
    S session = sessions.createSession();
    attributes.forEach(session::setAttribute);
    if (indexed) {
      session.setAttribute(
          FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME,
          requireNonNull(attributes.get(Visitor.USERNAME)));
    }
    sessions.save(session);
    return session.getId();
  }

  @Override
  public @Nullable String read(String id, String attribute) {
    return find(id).getAttribute(attribute);
  }

  @Override
  public @Nullable String touch(String id, String attribute) {
    S session = find(id);
    session.setLastAccessedTime(Instant.now());
    sessions.save(session);
    return session.getAttribute(attribute);
  }

  @Override
  public void save(String id, String attribute, String value) {
    S session = find(id);
    session.setLastAccessedTime(Instant.now());
    session.setAttribute(attribute, value);
    sessions.save(session);
  }

  private S find(String id) {
    S session = sessions.findById(id);
    if (session == null) {
      throw new IllegalStateException("the session is gone");
    }
    return session;
  }

  @Override
  public void close() {
    destroying.run();
    connections.destroy();
  }
}
