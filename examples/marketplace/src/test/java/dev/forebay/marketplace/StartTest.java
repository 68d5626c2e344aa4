package dev.forebay.marketplace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.PortInUseException;

/** What a start that cannot succeed says, and how soon; isolated, as it reads what is printed. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class StartTest {

  @Test
  void a_port_that_is_taken_is_noticed_before_the_database_is_asked(CapturedOutput output)
      throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());

      assertThatThrownBy(() ->
              start("--PORT=" + port, "--DATABASE_URL=postgresql://127.0.0.1:" + freePort() + "/m"))
          .isInstanceOf(PortInUseException.class);

      assertThat(output).contains("Port " + port + " was already in use").doesNotContain("\tat ");
    }
  }

  @Test
  void a_database_that_is_away_is_told_with_the_cure_and_without_a_trace(CapturedOutput output)
      throws IOException {
    int port = freePort();
    assertThatThrownBy(() -> start(
            "--PORT=0", "--DATABASE_URL=postgresql://ann:s3cret@127.0.0.1:" + port + "/market"))
        .hasRootCauseInstanceOf(IOException.class);

    assertThat(output)
        .contains("PostgreSQL cannot be used at jdbc:postgresql://127.0.0.1:" + port + "/market")
        .contains("correct DATABASE_URL, or leave it out for an embedded database")
        .doesNotContain("s3cret", "\tat ", "Error creating bean");
  }

  private static void start(String... arguments) {
    Market.launch(arguments).close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
