package dev.forebay;

import java.util.Comparator;
import java.util.Map;

/**
 * How the whole does: as well as its worst service.
 *
 * @param status the worst status of a service
 * @param services each service by its name, {@code cache} say
 */
public record Health(HealthStatus status, Map<String, ServiceHealth> services) {

  static Health of(Map<String, ServiceHealth> services) {
    HealthStatus worst = services.values().stream()
        .map(ServiceHealth::status)
        .max(Comparator.naturalOrder())
        .orElse(HealthStatus.HEALTHY);
    return new Health(worst, Map.copyOf(services));
  }

  /**
   * Returns how one service does.
   *
   * @throws IllegalArgumentException if there is no service of that name
   */
  public ServiceHealth service(String name) {
    ServiceHealth health = services.get(name);
    if (health == null) {
      throw new IllegalArgumentException(
          "No service '%s'; there are %s".formatted(name, services.keySet()));
    }
    return health;
  }
}
