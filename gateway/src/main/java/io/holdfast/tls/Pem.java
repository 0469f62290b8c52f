package io.holdfast.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file (RFC 7468). Text between blocks is ignored, as everybody does. */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*?\\n(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final long MAX_SIZE = 4 << 20;

  private Pem() {}

  /**
   * One block.
   *
   * @param source kind and name of the file, for messages
   * @param label what stands after {@code BEGIN}
   * @param body Base64, perhaps after the headers of RFC 1421
   */
  record Block(String source, String label, String body) {

    /** Whether a password protects it. */
    boolean encrypted() {
      return label.startsWith("ENCRYPTED") || body.contains("4,ENCRYPTED");
    }

    /** Its content. */
    byte[] der() {
      try {
        return Base64.getMimeDecoder().decode(body.strip());
      } catch (IllegalArgumentException e) {
        throw new TlsException("The " + source + " holds a PEM block that is not valid Base64.", e);
      }
    }
  }

  /**
   * Reads all blocks, perhaps none.
   *
   * @param what what the file is for, such as {@code "certificate"}
   */
  static List<Block> read(Path file, String what) {
    String text = text(file, what);
    List<Block> blocks = new ArrayList<>();
    for (Matcher m = BLOCK.matcher(text); m.find(); ) {
      blocks.add(new Block(what + " file " + file, m.group(1), m.group(2)));
    }
    return blocks;
  }

  private static String text(Path file, String what) {
    try {
      if (Files.size(file) > MAX_SIZE) {
        throw new TlsException(
            "The " + what + " file " + file + " is larger than 4 MiB; expected a PEM file.");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new TlsException(
          "The " + what + " file " + file + " does not exist; expected a PEM file.", e);
    } catch (IOException e) {
      throw new TlsException(
          "The " + what + " file " + file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }
}
