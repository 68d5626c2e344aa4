package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.marketplace.Market.Cost;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A market that opens warms its caches in the background; isolated, as it reads what is printed. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class WarmStartTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  @Tag("C6")
  void it_is_open_before_its_caches_are_warm_and_tells_when_they_are(CapturedOutput output)
      throws Exception {
    HikariDataSource database = Market.shared().bean(HikariDataSource.class);
    try (Connection other = database.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "lock table ratings in access exclusive mode"); // reputations cannot be read
      try (Market market = Market.startWarm("DATABASE_URL=" + database.getJdbcUrl())) {
        assertThat(market.get("/health").statusCode()).isEqualTo(200);
        assertThat(market.cache("reputations").puts()).isZero();
        other.rollback();

        await()
            .atMost(PATIENCE)
            .until(() -> output.getOut().contains("Cache 'reputations' warmed"));

        assertThat(output).contains("Cache 'boards' warmed: 4 of 4 keys, 4 loaded");
        assertThat(output).contains("Cache 'cards' warmed: 2,000 of 2,000 keys");
        assertThat(output).doesNotContain("\r[", " failed,");
        Cost first = market.cost("/?category=garden");
        assertThat(first.queries()).isLessThan(5);
        assertThat(first.hits()).isGreaterThan(50);
      }
    }
  }
}
