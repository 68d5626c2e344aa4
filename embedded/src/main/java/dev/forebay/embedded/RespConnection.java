package dev.forebay.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks RESP2, as much of it as starting, stopping and cleaning servers needs.
 * For one thread; every read is bounded by a time-out.
 */
final class RespConnection implements Closeable {

  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int READ_TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RespConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  static RespConnection open(String host, int port, @Nullable SSLSocketFactory tls)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MILLIS);
      return new RespConnection(tls == null ? socket : encrypted(socket, host, port, tls));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket encrypted(Socket socket, String host, int port, SSLSocketFactory tls)
      throws IOException {
    SSLSocket encrypted = (SSLSocket) tls.createSocket(socket, host, port, true);
    SSLParameters parameters = encrypted.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    encrypted.setSSLParameters(parameters);
    encrypted.startHandshake();
    return encrypted;
  }

  /** Sends one command and reads its reply: a String, a Long, a List, an ErrorReply, or null. */
  @Nullable
  Object call(Charset charset, String... command) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(("*" + command.length + "\r\n").getBytes(UTF_8));
    for (String argument : command) {
      byte[] bytes = argument.getBytes(charset);
      request.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
      request.writeBytes(bytes);
      request.writeBytes(new byte[] {'\r', '\n'});
    }
    request.writeTo(out);
    out.flush();
    return readReply(charset);
  }

  private @Nullable Object readReply(Charset charset) throws IOException {
    int type = in.read();
    return switch (type) {
      case '+' -> readLine();
      case '-' -> new ErrorReply(readLine());
      case ':' -> Long.valueOf(readLine());
      case '$' -> readText(charset);
      case '*' -> readList(charset);
      case -1 -> throw new EOFException("the server closed the connection without a reply");
      default -> throw new IOException("not a reply of Redis: it starts with byte " + type);
    };
  }

  private @Nullable String readText(Charset charset) throws IOException {
    int length = readLength();
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the server closed the connection within a reply");
    }
    readLine();
    return new String(bytes, charset);
  }

  private @Nullable List<@Nullable Object> readList(Charset charset) throws IOException {
    int length = readLength();
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      elements.add(readReply(charset));
    }
    return Collections.unmodifiableList(elements);
  }

  private int readLength() throws IOException {
    String line = readLine();
    try {
      return Integer.parseInt(line);
    } catch (NumberFormatException e) {
      throw new IOException("not a reply of Redis: length '" + line + "'", e);
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server closed the connection within a reply");
      }
      line.write(b);
    }
    if (in.read() != '\n') {
      throw new IOException("not a reply of Redis: a carriage return without a line feed");
    }
    return line.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
