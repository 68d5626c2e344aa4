package dev.forebay.marketplace;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the marketplace; the log tells the address to open. */
@SpringBootApplication
public class MarketplaceApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(MarketplaceApplication.class, arguments);
  }
}
