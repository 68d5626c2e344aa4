package dev.forebay.marketplace.web;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Answers what Tomcat refuses before the application sees it, an address with a broken escape say, as {@link Failures}
 * would.
 */
public final class RefusedByServer extends ErrorReportValve {

  private static final String MESSAGE =
      "The request cannot be read. Percent-encode special characters in the address.";
  private static final String PROBLEM = "{\"detail\":\"%s\",\"status\":%d,\"title\":\"Refused\"}";
  private static final String PAGE = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>We could not read that · Millrace</title><link rel="stylesheet" href="/market.css"></head>
      <body><main class="wide"><section class="failure"><p class="code">%2$d</p><h1>We could not read that</h1>
      <p>%1$s</p><p><a class="main" href="/">Back to the market</a></p></section></main></body></html>
      """;

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String address = request.getCoyoteRequest().requestURI().toString();
    boolean page = address == null || !address.startsWith("/api/");
    response.setContentType(page ? "text/html" : "application/problem+json");
    response.setCharacterEncoding("utf-8");
    try {
      Writer writer = response.getReporter();
      if (writer != null) {
        writer.write(answer(page, status));
        response.finishResponse();
      }
    } catch (IOException gone) {
      container.getLogger().debug("Nobody is left to read the refusal", gone);
    }
  }

  static String answer(boolean page, int status) {
    return String.format(Locale.ROOT, page ? PAGE : PROBLEM, MESSAGE, status);
  }

  /** Puts it in place. */
  @Configuration(proxyBeanMethods = false)
  static class Installation {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> refusals() {
      return tomcat -> tomcat.addContextCustomizers(context -> {
        if (context.getParent() instanceof StandardHost host) {
          host.setErrorReportValveClass(RefusedByServer.class.getName());
        }
      });
    }
  }
}
