package io.holdfast.admin;

import io.holdfast.observe.Meters;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Answers {@code /metrics} as Prometheus text or OpenMetrics, packed if the client unpacks. */
final class Scrape {

  private final Meters meters;

  Scrape(Meters meters) {
    this.meters = meters;
  }

  Reply reply(Call call) {
    String accept = call.header("Accept");
    ExpositionFormatWriter writer = Formats.ALL.findWriter(accept);
    boolean gzip = acceptsGzip(call.header("Accept-Encoding"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
    try (OutputStream out = gzip ? new GZIPOutputStream(bytes) : bytes) {
      writer.write(out, meters.registry().scrape(), EscapingScheme.fromAcceptHeader(accept));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Reply reply = Reply.bytes(writer.getContentType(), bytes.toByteArray());
    return gzip
        ? reply.with(Map.of("Content-Encoding", "gzip", "Vary", "Accept, Accept-Encoding"))
        : reply.with(Map.of("Vary", "Accept, Accept-Encoding"));
  }

  private static boolean acceptsGzip(@Nullable String acceptEncoding) {
    return acceptEncoding != null
        && acceptEncoding
            .toLowerCase(Locale.ROOT)
            .matches("(?s).*\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\b).*");
  }

  /** Loaded at the first scrape, so that the start does not pay. */
  private static final class Formats {
    static final ExpositionFormats ALL = ExpositionFormats.init();
  }
}
