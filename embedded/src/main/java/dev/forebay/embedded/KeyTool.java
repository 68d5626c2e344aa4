package dev.forebay.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes keys and certificates with the {@code keytool} of this Java, since its class library has no
 * public way to sign a certificate. For one thread.
 */
final class KeyTool {

  static final String AUTHORITY = "authority";
  static final String SERVER = "server";

  private static final Logger log = LoggerFactory.getLogger(KeyTool.class);
  private static final long SECONDS = 30;
  private static final String DAYS = "30";

  private final Path store;
  private final Path output;
  private final String password;

  KeyTool(ServerFolder folder) {
    this.store = folder.path().resolve("keys.p12");
    this.output = folder.path().resolve("keytool.log");
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    this.password = HexFormat.of().formatHex(random);
  }

  char[] password() {
    return password.toCharArray();
  }

  /** A key store with an authority and a server's key that it signed. */
  KeyStore makeKeys() throws IOException, GeneralSecurityException {
    makePair(
        AUTHORITY,
        "CN=Forebay throw-away authority",
        "-ext",
        "bc:c=ca:true",
        "-ext",
        "ku:c=" + "keyCertSign");
    makePair(
        SERVER, "CN=localhost", "-signer", AUTHORITY, "-ext", "san=dns:localhost,ip:127.0.0.1");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password());
    }
    return keys;
  }

  void forgetKeys() {
    try {
      Files.deleteIfExists(store);
    } catch (IOException e) {
      log.debug("The key store {} goes with its folder", store, e);
    }
  }

  private void makePair(String alias, String name, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", name, "-validity", DAYS));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
    command.addAll(List.of("-storepass:env", "FOREBAY_KEY_STORE_PASSWORD"));
    command.addAll(List.of(more));
    run(command);
  }

  private void run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(output.toFile()));
    builder.environment().put("FOREBAY_KEY_STORE_PASSWORD", password);
    try {
      Process process = builder.start();
      try {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new EmbeddedServerException("keytool made no certificate for TLS; it said: "
              + ServerFolder.tail(output, 2_000) + ". Start the JVM from a complete JDK or JRE.");
        }
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "'" + command.get(0) + "', which makes the certificates for TLS, cannot be run: "
              + e.getMessage() + ". Start the JVM from a complete JDK or JRE.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while certificates were made", e);
    }
  }
}
