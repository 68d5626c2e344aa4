package dev.forebay.embedded;

import java.nio.file.Path;

/**
 * What a client needs to trust a server with TLS. The files lie in the server's temporary folder and
 * are gone when it is closed.
 *
 * @param caCertificate the certificate of the throw-away authority, as PEM
 * @param trustStore the same as a PKCS #12 trust store
 * @param trustStorePassword the password of the trust store, which holds nothing secret
 */
public record TlsFiles(Path caCertificate, Path trustStore, String trustStorePassword) {}
