package io.holdfast;

import io.holdfast.admin.NotNow;
import java.io.IOException;
import java.net.URI;

/** Starts this gateway anew, as another process. */
@FunctionalInterface
public interface Launcher {
  /**
   * Starts the process that is to take this one's place.
   *
   * @param admin base of this one's admin listener
   * @throws NotNow when this gateway cannot be started so, with the reason
   * @throws IOException when the start fails
   */
  Process start(URI admin) throws NotNow, IOException;
}
