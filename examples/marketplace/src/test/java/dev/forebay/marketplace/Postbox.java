package dev.forebay.marketplace;

import dev.forebay.marketplace.accounts.EmailAddress;
import dev.forebay.marketplace.accounts.Mailer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/** Gets all mail that markets in tests send. */
@Component
@Primary
final class Postbox implements Mailer {

  private final Map<String, String> paths = new ConcurrentHashMap<>();

  @Override
  public void sendResetLink(EmailAddress to, String path, Duration validFor) {
    paths.put(to.text(), path);
  }

  /** Takes the latest link out that was sent to an address. */
  Optional<String> takeLink(String email) {
    return Optional.ofNullable(paths.remove(email));
  }
}
