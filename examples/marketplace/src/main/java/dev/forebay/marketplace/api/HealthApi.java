package dev.forebay.marketplace.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.forebay.Forebay;
import dev.forebay.Health;
import dev.forebay.ServiceHealth;
import dev.forebay.redis.ServerInfo;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * How the market does. It is down only without its database; without Redis it is degraded, which is no reason to take
 * it out of service, so that answers 200.
 */
@RestController
@RequestMapping("/health")
class HealthApi {

  private static final String CACHE = "cache";
  private static final String LIMITS = "limits";

  private final Forebay forebay;
  private final JdbcClient jdbc;

  HealthApi(Forebay forebay, JdbcClient jdbc) {
    this.forebay = forebay;
    this.jdbc = jdbc;
  }

  record Overall(String status, String database, String cache, String limits) {}

  /**
   * How a service on Redis does.
   *
   * @param fallback whether it goes without Redis: reads from the database, or limits by itself
   * @param hitRate 0 to 1, of the caches of this instance
   * @param server absent while Redis cannot be asked
   */
  record Service(
      String status,
      String connection,
      boolean fallback,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double hitRate,
      long reconnections,
      double secondsUnavailable,
      @Nullable Server server) {}

  record Server(
      String version, long uptimeSeconds, long usedMemoryBytes, long peakMemoryBytes, long keys) {}

  @GetMapping
  ResponseEntity<Overall> overall() {
    boolean database = databaseAnswers();
    Health health = forebay.health();
    return ResponseEntity.status(database ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
        .body(new Overall(
            database ? health.status().toString() : "down",
            database ? "healthy" : "down",
            health.service(CACHE).status().toString(),
            health.service(LIMITS).status().toString()));
  }

  @GetMapping("/cache")
  Service cache() {
    ServiceHealth health = forebay.health().service(CACHE);
    return service(health, Math.round(health.hitRate() * 1000) / 1000.0);
  }

  @GetMapping("/limits")
  Service limits() {
    return service(forebay.health().service(LIMITS), null);
  }

  private static Service service(ServiceHealth health, @Nullable Double hitRate) {
    return new Service(
        health.status().toString(),
        health.connection().name().toLowerCase(Locale.ROOT),
        health.fallback(),
        hitRate,
        health.connections().reconnections(),
        health.connections().unavailableTime().toMillis() / 1000.0,
        health.server().map(HealthApi::server).orElse(null));
  }

  private boolean databaseAnswers() {
    try {
      return jdbc.sql("select 1").query(Integer.class).single() == 1;
    } catch (DataAccessException | TransactionException away) {
      return false;
    }
  }

  private static Server server(ServerInfo info) {
    return new Server(
        info.version(),
        info.uptime().toSeconds(),
        info.usedMemoryBytes(),
        info.peakMemoryBytes(),
        info.keys());
  }
}
