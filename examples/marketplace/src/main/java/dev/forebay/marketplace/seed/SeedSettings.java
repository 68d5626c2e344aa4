package dev.forebay.marketplace.seed;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How large a market an empty database gets.
 *
 * @param items items on offer, 100 to 1,000,000; there is one person to every ten of them, and a fifth as many trades
 */
@ConfigurationProperties("marketplace.seed")
public record SeedSettings(@DefaultValue("52000") int items) {

  public SeedSettings {
    if (items < 100 || items > 1_000_000) {
      throw new IllegalArgumentException("marketplace.seed.items must be from 100 to 1000000, was "
          + items + ". Leave it out for 52000.");
    }
  }

  int people() {
    return items / 10;
  }

  int trades() {
    return items / 5;
  }
}
