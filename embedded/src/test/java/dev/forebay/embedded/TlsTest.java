package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  @Test
  void a_server_with_tls_talks_to_who_trusts_its_authority_and_to_nobody_in_plain_text()
      throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().tls().password("p/w").start()) {
      assertThat(redis.uri()).isEqualTo("rediss://:p%2Fw@127.0.0.1:" + redis.port());
      assertThat(redis.execute("PING")).isEqualTo("PONG");
      for (String host : new String[] {"127.0.0.1", "localhost"}) {
        try (RespConnection connection =
            RespConnection.open(host, redis.port(), trustIn(redis).getSocketFactory())) {
          assertThat(connection.call(UTF_8, "AUTH", "p/w")).isEqualTo("OK");
        }
      }
      RedisEndpoint plain = RedisEndpoint.loopback(redis.port(), Login.withPassword("p/w"), null);
      assertThatThrownBy(() -> plain.execute("PING")).isInstanceOf(EmbeddedServerException.class);
      SSLContext strangers = SSLContext.getDefault();
      try (SSLSocket socket =
          (SSLSocket) strangers.getSocketFactory().createSocket("127.0.0.1", redis.port())) {
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
      }
    }
  }

  @Test
  void the_certificate_of_the_authority_is_pem_and_only_the_owner_can_read_the_servers_key()
      throws Exception {
    Path folder;
    try (EmbeddedRedis redis = EmbeddedRedis.builder().tls().start()) {
      Path pem = redis.tlsFiles().caCertificate();
      folder = pem.getParent();
      try (InputStream in = Files.newInputStream(pem)) {
        X509Certificate authority =
            (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        authority.verify(authority.getPublicKey());
        assertThat(authority.getBasicConstraints()).isNotNegative();
      }
      Path key = pem.resolveSibling("server.key");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
      assertThat(pem.resolveSibling("keys.p12")).doesNotExist();
      redis.kill();
      redis.restart();
      assertThat(redis.execute("PING")).isEqualTo("PONG");
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void a_server_without_tls_has_no_files_for_it() {
    try (EmbeddedRedis redis = EmbeddedRedis.start()) {
      assertThatIllegalStateException().isThrownBy(redis::tlsFiles).withMessageContaining("tls()");
    }
  }

  @Test
  void a_binary_that_was_built_without_tls_is_told_with_its_cure(@TempDir Path temp)
      throws IOException {
    Path old = Files.writeString(temp.resolve("redis-server"), """
        #!/bin/sh
        if [ "$1" = --version ]; then echo 'Redis server v=7.0.0 '; exit 0; fi
        echo '*** FATAL CONFIG FILE ERROR (Redis 7.0.0) ***'
        grep '^tls-port' "$1" | sed "s/.*/>>> '&'/"
        echo 'Bad directive or wrong number of arguments'
        exit 1
        """);
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> EmbeddedRedis.builder().binary(old).tls().start())
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("built without TLS")
        .hasMessageContaining("binary(...)");
  }

  private static SSLContext trustIn(EmbeddedRedis redis) throws Exception {
    TlsFiles files = redis.tlsFiles();
    KeyStore store = KeyStore.getInstance(
        files.trustStore().toFile(), files.trustStorePassword().toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
