package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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
      assertThat(TOLD.matcher(output.getOut()).results()).hasSize(1);
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
}
