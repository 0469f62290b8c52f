package io.holdfast.observe;

import io.netty.handler.codec.CodecException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells our own mistakes from those of peers and networks. */
public final class Unexpected {
  private static final Logger LOG = LoggerFactory.getLogger(Unexpected.class);

  private Unexpected() {}

  /**
   * Logs {@code cause} with its trace, unless it is something that peers do to us every day. Where
   * memory is short, traces would be the least of help.
   */
  public static void report(Throwable cause) {
    if (cause instanceof OutOfMemoryError) {
      LOG.error("a connection is dropped: {}", cause.getMessage());
    } else if (!(cause instanceof IOException || cause instanceof CodecException)) {
      LOG.error("unexpected", cause);
    }
  }
}
