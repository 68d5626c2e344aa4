package dev.forebay.marketplace.web;

import dev.forebay.http.ClientAddresses;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Knows a request as secure that came to a trusted proxy by TLS, as its {@code X-Forwarded-Proto} says: browsers then
 * send the cookie of the session by TLS only. From anybody else the header counts nothing.
 * Scheme and port of the request stay as they are, for the market makes no absolute address of them.
 */
final class ForwardedTls extends ValveBase {

  private static final String HEADER = "X-Forwarded-Proto";
  private static final String TLS = "https";

  private final ClientAddresses addresses;

  ForwardedTls(ClientAddresses addresses) {
    super(true);
    this.addresses = addresses;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    if (addresses.isProxy(request.getRemoteAddr())
        && isTls(Collections.list(request.getHeaders(HEADER)))) {
      request.setSecure(true);
    }
    getNext().invoke(request, response);
  }

  /** Where proxies in a row each say how they were asked, all of them have to say so. */
  private static boolean isTls(List<String> lines) {
    return !lines.isEmpty()
        && List.of(String.join(",", lines).split(",", -1)).stream()
            .allMatch(scheme -> scheme.strip().equalsIgnoreCase(TLS));
  }

  /** Puts it in place. */
  @Configuration(proxyBeanMethods = false)
  static class Installation {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> forwardedTls(
        ClientAddresses addresses) {
      return tomcat -> tomcat.addContextCustomizers(
          context -> context.getPipeline().addValve(new ForwardedTls(addresses)));
    }
  }
}
