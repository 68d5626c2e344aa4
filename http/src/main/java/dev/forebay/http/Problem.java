package dev.forebay.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why a request was refused, as a body of {@code application/problem+json} (RFC 9457).
 *
 * <pre>{@code
 * Problem.of(403, "Forbidden").withDetail("Only the seller may do that.").with("item", 42)
 *
 * {"title":"Forbidden","status":403,"detail":"Only the seller may do that.","item":42}
 * }</pre>
 *
 * <p>Immutable. Any text is escaped, also one that came from the client.
 */
public final class Problem {

  /** The media type of {@link #toBytes}. */
  public static final String CONTENT_TYPE = "application/problem+json";

  private static final int LOWEST_STATUS = 400;
  private static final int HIGHEST_STATUS = 599;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final Set<String> RESERVED =
      Set.of("type", "title", "status", "detail", "instance");
  private static final String POLICIES = "violated-policies";
  private static final String TYPES = "https://iana.org/assignments/http-problem-types#";

  private final int status;
  /** The JSON of each member, by name. */
  private final Map<String, String> members;

  private Problem(int status, Map<String, String> members) {
    this.status = status;
    this.members = Collections.unmodifiableMap(members);
  }

  /**
   * Returns a problem of the type {@code about:blank}, which means no more than its status.
   *
   * @param status 400 to 599
   * @param title what kind of problem it is, the same each time
   */
  public static Problem of(int status, String title) {
    if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
      throw new IllegalArgumentException("status of a problem must be from " + LOWEST_STATUS
          + " to " + HIGHEST_STATUS + ", was " + status);
    }
    return new Problem(status, Map.of()).member("title", title).member("status", status);
  }

  /**
   * Returns the problem of a client that has used up its quota: status 429, the type {@code
   * quota-exceeded} of the draft that {@link RateLimitFields} follows, and its member {@code
   * violated-policies}.
   *
   * @param policies the limits that refused it
   */
  public static Problem quotaExceeded(List<String> policies) {
    return of(TOO_MANY_REQUESTS, "Too Many Requests")
        .withType(URI.create(TYPES + "quota-exceeded"))
        .with(POLICIES, policies);
  }

  /**
   * Returns the problem of a server that cannot tell whether a quota is used up, and therefore
   * refuses: status 503, the type {@code temporary-reduced-capacity}, and the member of {@link
   * #quotaExceeded}.
   *
   * @param policies the limits that could not be checked
   */
  public static Problem temporaryReducedCapacity(List<String> policies) {
    return of(SERVICE_UNAVAILABLE, "Service Unavailable")
        .withType(URI.create(TYPES + "temporary-reduced-capacity"))
        .with(POLICIES, policies);
  }

  /** Says which type of problem it is; what it names may describe the type. */
  public Problem withType(URI type) {
    return member("type", type.toString());
  }

  /** Says what is wrong this time, and what the client can do about it. */
  public Problem withDetail(String detail) {
    return member("detail", detail);
  }

  /** Names this occurrence, to find it in a log say. */
  public Problem withInstance(URI instance) {
    return member("instance", instance.toString());
  }

  /** Adds {@code retry-after}, in seconds as the header field of that name has them. */
  public Problem withRetryAfter(Duration wait) {
    return member("retry-after", RateLimitFields.retryAfterSeconds(wait));
  }

  /**
   * Adds a member of its type.
   *
   * @param name not that of a member that RFC 9457 defines
   * @param value a string, a whole number, a boolean, or a list or map of these
   * @throws IllegalArgumentException if name or value are of another kind
   */
  public Problem with(String name, Object value) {
    if (name.isEmpty() || RESERVED.contains(name)) {
      throw new IllegalArgumentException("A member of its own must not be called '" + name + "': "
          + RESERVED.stream().sorted().toList() + " have methods of their own");
    }
    return member(name, value);
  }

  /** Returns the status of the response. */
  public int status() {
    return status;
  }

  /** Returns it as JSON. */
  public String toJson() {
    return members.entrySet().stream()
        .map(member -> JsonText.of(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Returns it as JSON in UTF-8. */
  public byte[] toBytes() {
    return toJson().getBytes(UTF_8);
  }

  private Problem member(String name, Object value) {
    Map<String, String> more = new LinkedHashMap<>(members);
    more.put(name, JsonText.of(value));
    return new Problem(status, more);
  }

  /** The same as {@link #toJson}. */
  @Override
  public String toString() {
    return toJson();
  }
}
