package dev.forebay.marketplace.api;

import dev.forebay.marketplace.web.NotPermitted;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Whether programs may change anything: the API asks nobody who they are. */
@Component
class ApiChanges {

  private final boolean allowed;

  ApiChanges(@Value("${marketplace.api.changes}") boolean allowed) {
    this.allowed = allowed;
  }

  /** @throws NotPermitted if they may not */
  void require() {
    if (!allowed) {
      throw new NotPermitted(
          "The API of this market only reads. Sign in and use the pages, or start it with"
              + " MARKETPLACE_API_CHANGES=true.");
    }
  }
}
