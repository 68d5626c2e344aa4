package dev.forebay.marketplace;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says where the market can be visited, once it can. */
@Component
class Opening {

  private static final Logger log = LoggerFactory.getLogger(Opening.class);

  private final Environment environment;

  Opening(Environment environment) {
    this.environment = environment;
  }

  @EventListener(ApplicationReadyEvent.class)
  void announce() {
    String port = environment.getProperty("local.server.port", "8080");
    log.info("The market is open: http://localhost:{} (Ctrl-C closes it)", port);
  }
}
