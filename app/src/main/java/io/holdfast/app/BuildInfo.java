package io.holdfast.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this build was made of.
 *
 * @param version of Holdfast
 * @param commit short hash, with {@code -dirty} if files differed from it; {@code unknown} outside
 *     a clone
 * @param jdk version that compiled it
 * @param netty version that is shipped with it
 */
record BuildInfo(String version, String commit, String jdk, String netty) {

  static BuildInfo load() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(
        properties.getProperty("version", "unknown"),
        properties.getProperty("commit", "unknown"),
        properties.getProperty("jdk", "unknown"),
        properties.getProperty("netty", "unknown"));
  }
}
