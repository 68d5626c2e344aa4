package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The operator's account of a new market; isolated, as it reads what is printed. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class FirstOperatorTest {

  private static final Pattern TOLD =
      Pattern.compile("operator@millrace.example with password (\\S{20}) \\(told only now\\)");

  @Test
  void a_new_market_tells_the_password_of_its_operator_once(CapturedOutput output) {
    try (Market market = Market.start("marketplace.operator.password=")) {
      Matcher told = TOLD.matcher(output.getOut());
      assertThat(told.find()).isTrue();
      assertThat(new Browser(market)
              .signIn("operator@millrace.example", told.group(1))
              .headers()
              .firstValue("Location"))
          .hasValue("/operator");

      String database = market.bean(HikariDataSource.class).getJdbcUrl();
      Market.start("DATABASE_URL=" + database, "marketplace.operator.password=").close();
      assertThat(told(output)).hasSize(1);
    }
  }

  @Test
  void of_two_instances_that_open_a_market_together_one_tells_and_none_complains(
      CapturedOutput output) {
    try (Market market = Market.start()) {
      JdbcClient jdbc = market.bean(JdbcClient.class);
      jdbc.sql("delete from accounts where role = 'operator'").update();
      String database = "DATABASE_URL=" + market.bean(HikariDataSource.class).getJdbcUrl();

      Stream.generate(() -> CompletableFuture.supplyAsync(
              () -> Market.start(database, "marketplace.operator.password=")))
          .limit(2)
          .toList()
          .forEach(started -> started.join().close());

      assertThat(told(output)).hasSize(1);
      assertThat(output).doesNotContain("There is no operator");
    }
  }

  @Test
  void a_limit_that_cannot_be_is_told_with_the_cure(CapturedOutput output) {
    String database = Market.shared().bean(HikariDataSource.class).getJdbcUrl();
    assertThatThrownBy(
            () -> Market.startLimited("DATABASE_URL=" + database, "marketplace.limits.serach=3"))
        .isInstanceOf(RuntimeException.class);
    assertThat(output)
        .contains("marketplace.limits.serach: names no limit. Name one of login, login-account,")
        .doesNotContain("\tat ");
  }

  /** Returns the passwords told; a line may be written twice. */
  private static Set<String> told(CapturedOutput output) {
    return TOLD.matcher(output.getOut())
        .results()
        .map(line -> line.group(1))
        .collect(Collectors.toSet());
  }
}
