package io.tailrace.textio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/**
 * A line of a server log.
 *
 * @param server 1 to 256 bytes in UTF-8
 * @param severity 0 (severe), 1 (minor) or 2 (service call)
 * @param timestamp at least 1
 */
public record ServerLog(String server, int severity, long timestamp) {

  /** Whether it belongs into the log of severe errors. */
  public boolean isSevere() {
    return severity == 0;
  }

  /** The coder of server logs. */
  static final class LogCoder extends AtomicCoder<ServerLog> {

    private static final long serialVersionUID = 1L;

    @Override
    public void encode(ServerLog log, OutputStream out) throws IOException {
      StringUtf8Coder.of().encode(log.server(), out);
      VarIntCoder.of().encode(log.severity(), out);
      VarLongCoder.of().encode(log.timestamp(), out);
    }

    @Override
    public ServerLog decode(InputStream in) throws IOException {
      return new ServerLog(
          StringUtf8Coder.of().decode(in),
          VarIntCoder.of().decode(in),
          VarLongCoder.of().decode(in));
    }
  }
}
