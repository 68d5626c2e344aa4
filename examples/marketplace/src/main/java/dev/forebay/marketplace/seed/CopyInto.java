package dev.forebay.marketplace.seed;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows for one table by {@code COPY ... FROM STDIN}: some twenty times faster than inserts. Not safe for concurrent use. */
final class CopyInto implements AutoCloseable {

  private static final int CHUNK = 1 << 16;

  private final CopyIn copy;
  private final StringBuilder rows = new StringBuilder(CHUNK + 1024);

  /**
   * Begins to copy.
   *
   * @param target a table and its columns, such as {@code places (id, name)}
   */
  CopyInto(Connection connection, String target) throws SQLException {
    copy =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + target + " from stdin");
  }

  void row(@Nullable Object... values) throws SQLException {
    for (int column = 0; column < values.length; column++) {
      if (column > 0) {
        rows.append('\t');
      }
      append(values[column]);
    }
    rows.append('\n');
    if (rows.length() >= CHUNK) {
      send();
    }
  }

  private void append(@Nullable Object value) {
    if (value == null) {
      rows.append("\\N");
      return;
    }
    String text = value.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> rows.append("\\\\");
        case '\t' -> rows.append("\\t");
        case '\n' -> rows.append("\\n");
        case '\r' -> rows.append("\\r");
        default -> rows.append(c);
      }
    }
  }

  private void send() throws SQLException {
    byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    rows.setLength(0);
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      send();
      copy.endCopy();
    }
  }
}
