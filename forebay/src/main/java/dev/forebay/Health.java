package dev.forebay;

import java.util.Map;

/**
 * How the whole does: as well as its worst service.
 *
 * @param status the worst status of a service
 * @param services each service by its name, {@code cache} say
 */
public record Health(HealthStatus status, Map<String, ServiceHealth> services) {}
