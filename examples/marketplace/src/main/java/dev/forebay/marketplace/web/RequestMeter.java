package dev.forebay.marketplace.web;

import dev.forebay.Forebay;
import dev.forebay.marketplace.caching.CacheReads;
import dev.forebay.redis.ConnectionState;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What the current request has cost so far: shown at the foot of each page, and in the {@code Server-Timing} header of
 * each answer of the API. One thread serves a request, so each thread has its counts.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class RequestMeter extends OncePerRequestFilter {

  private final Forebay forebay;
  private final CacheReads reads;
  private final ThreadLocal<Long> started = ThreadLocal.withInitial(System::nanoTime);

  RequestMeter(Forebay forebay, CacheReads reads) {
    this.forebay = forebay;
    this.reads = reads;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain rest)
      throws ServletException, IOException {
    started.set(System.nanoTime());
    QueryCountHolder.clear();
    reads.reset();
    rest.doFilter(request, response);
  }

  /** Returns the statements sent to PostgreSQL. */
  public long queries() {
    return QueryCountHolder.getGrandTotal().getTotal();
  }

  /** Returns the values read from Redis. */
  public int hits() {
    return reads.hits();
  }

  /** Returns the milliseconds since the request came in, with one decimal. */
  public String milliseconds() {
    return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - started.get()) / 1e6);
  }

  /** Returns what the reader should know about the cache; empty while it works. */
  public String notice() {
    ConnectionState state = forebay.connection();
    return switch (state) {
      case CONNECTED -> "";
      case DISABLED -> "Cache off";
      case SUSPENDED, DISCONNECTED, CLOSED -> "Fallback: database only";
    };
  }

  String serverTiming() {
    return serverTiming(milliseconds(), queries(), hits());
  }

  static String serverTiming(String milliseconds, long queries, int hits) {
    return String.format(
        Locale.ROOT,
        "total;dur=%s, queries;desc=\"%d\", cache-hits;desc=\"%d\"",
        milliseconds,
        queries,
        hits);
  }
}
