package io.holdfast.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Where an admin listener is, as flags take it. */
final class AdminUrl {
  private AdminUrl() {}

  /**
   * Reads the value of {@code flag}.
   *
   * @throws ParameterException of {@code command} when it is not such an address
   */
  static URI of(String flag, String text, CommandLine command) {
    try {
      URI url = new URI(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (web && url.getHost() != null && url.getPort() <= 65_535) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below, in words for the user.
    }
    throw new ParameterException(
        command, flag + " is " + text + "; expected a URL such as http://host:9900");
  }
}
