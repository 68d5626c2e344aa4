package dev.forebay.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A connection that sends inline commands and reads lines, each within a time-out. */
final class InlineClient implements AutoCloseable {

  private static final int LONG_MILLIS = 10_000;
  private static final int SHORT_MILLIS = 150;

  private final Socket socket;

  InlineClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(LONG_MILLIS);
  }

  String call(String command) throws IOException {
    send(command);
    return readLine();
  }

  void send(String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
  }

  /** Reads to the end of the line, or of the stream. */
  String readLine() throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString().strip();
  }

  String readBytes(int count) throws IOException {
    return new String(socket.getInputStream().readNBytes(count), US_ASCII);
  }

  /** Reads one byte, for a short time only. */
  int readSoon() throws IOException {
    socket.setSoTimeout(SHORT_MILLIS);
    try {
      return socket.getInputStream().read();
    } finally {
      socket.setSoTimeout(LONG_MILLIS);
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
