package dev.forebay.servlet;

import static dev.forebay.servlet.RequestLimit.byAddress;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.http.ClientAddresses;
import dev.forebay.http.ForwardedHeader;
import dev.forebay.testing.RedisNamespace;
import dev.forebay.testing.RedisTest;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that try to have more than one limit by what they write into headers. */
@RedisTest
@Tag("RL4")
class ForgedAddressTest {

  private static final int PERMITS = 3;
  private static final int ATTEMPTS = 60;

  @Test
  void without_trusted_proxies_no_header_makes_a_client_another_one(RedisNamespace redis)
      throws Exception {
    try (LimitedServer server = start(redis, ClientAddresses.direct())) {
      int allowed = 0;
      for (int i = 0; i < ATTEMPTS; i++) {
        HttpAnswer answer = server.send(
            "GET",
            "/",
            "X-Forwarded-For: 203.0.113." + i,
            "Forwarded: for=203.0.113." + i,
            "X-Real-IP: 203.0.113." + i);
        allowed += answer.status() == 200 ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(PERMITS);
    }
  }

  @Test
  void behind_a_proxy_what_the_client_wrote_before_it_changes_nothing(RedisNamespace redis)
      throws Exception {
    for (ForwardedHeader header : ForwardedHeader.values()) {
      try (LimitedServer server = start(redis, behindLoopback(header))) {
        redis.deleteKeys();
        boolean plain = header == ForwardedHeader.X_FORWARDED_FOR;
        String byProxy = plain ? ", 198.51.100.7" : ", for=\"198.51.100.7:4711\"";
        int allowed = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
          String forged = plain ? "127.0.0.1, 203.0.113." + i : "for=203.0.113." + i + ";by=\"";
          HttpAnswer answer = server.send(
              "GET",
              "/",
              header.fieldName() + ": 203.0.113." + i,
              header.fieldName() + ": " + forged + byProxy);
          allowed += answer.status() == 200 ? 1 : 0;
        }
        assertThat(allowed).as(header.fieldName()).isEqualTo(PERMITS);
        assertThat(server
                .send("GET", "/", header.fieldName() + ": " + other(plain))
                .status())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void a_client_that_changes_its_ipv6_address_within_its_network_stays_one(RedisNamespace redis)
      throws Exception {
    Random random = new Random(7);
    try (LimitedServer server = start(redis, behindLoopback(ForwardedHeader.X_FORWARDED_FOR))) {
      int allowed = 0;
      for (int i = 0; i < ATTEMPTS; i++) {
        String host = "2001:db8:1:2:%x:%x:%x:%x"
            .formatted(random.nextInt(65_536), random.nextInt(65_536), random.nextInt(65_536), i);
        String written = i % 2 == 0 ? host : "[" + host + "]:80";
        HttpAnswer answer = server.send("GET", "/", "X-Forwarded-For: " + written);
        allowed += answer.status() == 200 ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(PERMITS);
      assertThat(server.send("GET", "/", "X-Forwarded-For: 2001:db8:1:3::1").status())
          .isEqualTo(200);
    }
  }

  @Test
  void every_way_to_write_an_ipv4_address_is_one_client(RedisNamespace redis) throws Exception {
    try (LimitedServer server = start(redis, behindLoopback(ForwardedHeader.X_FORWARDED_FOR))) {
      String[] ways = {
        "203.0.113.7",
        "::ffff:203.0.113.7",
        "::FFFF:cb00:7107",
        "[0:0:0:0:0:ffff:203.0.113.7]:80",
        "203.0.113.7:4711",
        "64:ff9b::203.0.113.7",
      };
      int allowed = 0;
      for (String way : ways) {
        HttpAnswer answer = server.send("GET", "/", "X-Forwarded-For: " + way);
        allowed += answer.status() == 200 ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(PERMITS);
    }
  }

  @Test
  void no_bytes_in_a_header_make_it_fail_or_give_more_permits(RedisNamespace redis)
      throws Exception {
    Random random = new Random(7);
    try (LimitedServer server = start(redis, behindLoopback(ForwardedHeader.X_FORWARDED_FOR))) {
      int allowed = 0;
      int denied = 0;
      for (int i = 0; i < ATTEMPTS * 5; i++) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("GET / HTTP/1.0\r\nX-Forwarded-For: ".getBytes(ISO_8859_1));
        for (int n = random.nextInt(40); n > 0; n--) {
          int any = random.nextInt(256);
          // Tomcat refuses requests with most control characters itself, so these are rarer.
          boolean rare = any < ' ' && random.nextInt(20) > 0;
          request.write(rare || any == '\r' || any == '\n' ? ',' : any);
        }
        request.writeBytes(", 203.0.113.7\r\n\r\n".getBytes(ISO_8859_1));
        int status = server.sendRaw(request.toByteArray()).status();
        assertThat(status).isIn(200, 400, 429);
        allowed += status == 200 ? 1 : 0;
        denied += status == 429 ? 1 : 0;
      }
      assertThat(allowed).isEqualTo(PERMITS);
      assertThat(denied).isGreaterThan(ATTEMPTS);
    }
  }

  private static String other(boolean plain) {
    return plain ? "198.51.100.8" : "for=198.51.100.8";
  }

  private static ClientAddresses behindLoopback(ForwardedHeader header) {
    return ClientAddresses.builder().trust("127.0.0.0/8", "::1").header(header).build();
  }

  private static LimitedServer start(RedisNamespace redis, ClientAddresses addresses)
      throws Exception {
    return LimitedServer.start(redis, limits -> {
      limits.limiter("api").limit(PERMITS, Duration.ofHours(1)).build();
      return RateLimitFilter.builder(limits)
          .clientAddresses(addresses)
          .route("*", "/**", byAddress("api"));
    });
  }
}
