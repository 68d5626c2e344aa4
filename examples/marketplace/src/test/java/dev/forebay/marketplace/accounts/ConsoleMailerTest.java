package dev.forebay.marketplace.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

@Isolated
@ExtendWith(OutputCaptureExtension.class)
class ConsoleMailerTest {

  @Test
  void a_mail_is_printed_with_the_address_of_the_market(CapturedOutput output) {
    EmailAddress ada = EmailAddress.parse("Ada@Example.org");
    new ConsoleMailer(new MockEnvironment().withProperty("local.server.port", "8123"))
        .sendResetLink(ada, "/reset-password?token=t", Duration.ofMinutes(30));
    new ConsoleMailer(
            new MockEnvironment().withProperty("marketplace.address", "https://millrace.example"))
        .sendResetLink(ada, "/reset-password?token=t", Duration.ofMinutes(30));

    assertThat(output)
        .contains("Mail to ada@example.org", "within 30 minutes at")
        .contains("http://localhost:8123/reset-password?token=t")
        .contains("https://millrace.example/reset-password?token=t");
  }
}
