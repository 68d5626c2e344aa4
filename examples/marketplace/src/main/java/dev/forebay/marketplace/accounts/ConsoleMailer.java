package dev.forebay.marketplace.accounts;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Stands in for a mail server: prints each mail. For this example only, as who reads the log could take over any
 * account; put a mailer that sends in its place.
 */
@Component
class ConsoleMailer implements Mailer {

  private static final Logger log = LoggerFactory.getLogger(ConsoleMailer.class);

  private final Environment environment;

  ConsoleMailer(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void sendResetLink(EmailAddress to, String path, Duration validFor) {
    log.info(
        "Mail to {}, printed as this example sends none: set a new password within {} minutes at {}{}",
        to,
        validFor.toMinutes(),
        address(),
        path);
  }

  /** What the log was told, never what a request claims as its host: that would lead to whoever made it up. */
  private String address() {
    return environment.getProperty(
        "marketplace.address",
        "http://localhost:" + environment.getProperty("local.server.port", "8080"));
  }
}
