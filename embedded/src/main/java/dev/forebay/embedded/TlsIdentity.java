package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away certificate authority, and a certificate of it for {@code localhost} and 127.0.0.1.
 * All servers of a JVM share one, which is made when the first asks for it, in about a second, and
 * ends with the JVM: the authority's key is never written to a file that lasts.
 */
final class TlsIdentity {

  private static final String TRUST_STORE_PASSWORD = "forebay";

  private static final ReentrantLock lock = new ReentrantLock();
  private static @Nullable TlsIdentity ofThisJvm;

  private final Certificate authority;
  private final Certificate certificate;
  private final Key key;
  private final SSLSocketFactory socketFactory;

  private TlsIdentity(KeyStore keys, char[] password) throws GeneralSecurityException, IOException {
    this.authority = keys.getCertificate(KeyTool.AUTHORITY);
    this.certificate = keys.getCertificate(KeyTool.SERVER);
    this.key = keys.getKey(KeyTool.SERVER, password);
    this.socketFactory = socketFactoryFor(trustStore(authority));
  }

  /** The identity of this JVM's servers; the folder serves to make it. */
  static TlsIdentity get(ServerFolder folder) {
    lock.lock();
    try {
      TlsIdentity identity = ofThisJvm;
      if (identity == null) {
        identity = make(folder);
        ofThisJvm = identity;
      }
      return identity;
    } finally {
      lock.unlock();
    }
  }

  private static TlsIdentity make(ServerFolder folder) {
    KeyTool keyTool = new KeyTool(folder);
    try {
      return new TlsIdentity(keyTool.makeKeys(), keyTool.password());
    } catch (GeneralSecurityException | IOException e) {
      throw new EmbeddedServerException(
          "The certificates for TLS made by keytool cannot be used: " + e
              + ". Start the JVM from a complete JDK or JRE.",
          e);
    } finally {
      keyTool.forgetKeys();
    }
  }

  /** Trusts this authority only. */
  SSLSocketFactory socketFactory() {
    return socketFactory;
  }

  /** Writes what the server and its clients read. The server's private key is for its owner only. */
  TlsFiles writeTo(ServerFolder folder) throws IOException {
    folder.writePrivately(keyFile(folder), pem("PRIVATE KEY", key.getEncoded()));
    Path caCertificate = caFile(folder);
    Path trustStore = folder.path().resolve("truststore.p12");
    try (OutputStream out = Files.newOutputStream(trustStore)) {
      Files.writeString(certificateFile(folder), pem("CERTIFICATE", certificate.getEncoded()));
      Files.writeString(caCertificate, pem("CERTIFICATE", authority.getEncoded()));
      trustStore(authority).store(out, TRUST_STORE_PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates cannot be encoded: " + e, e);
    }
    return new TlsFiles(caCertificate, trustStore, TRUST_STORE_PASSWORD);
  }

  static Path caFile(ServerFolder folder) {
    return folder.path().resolve("ca.crt");
  }

  static Path certificateFile(ServerFolder folder) {
    return folder.path().resolve("server.crt");
  }

  static Path keyFile(ServerFolder folder) {
    return folder.path().resolve("server.key");
  }

  private static KeyStore trustStore(Certificate authority)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(KeyTool.AUTHORITY, authority);
    return store;
  }

  private static SSLSocketFactory socketFactoryFor(KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  private static String pem(String what, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII));
    return "-----BEGIN " + what + "-----\n" + lines.encodeToString(der) + "\n-----END " + what
        + "-----\n";
  }
}
