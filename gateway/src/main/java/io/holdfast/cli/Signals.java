package io.holdfast.cli;

import io.holdfast.Holdfast;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/** What signals do to a running gateway. */
public final class Signals {
  private static final int INTERRUPTED = 130;

  private Signals() {}

  /**
   * Waits for SIGTERM or SIGINT and drains; SIGHUP reloads meanwhile.
   *
   * @return the exit code
   */
  public static int awaitEnd(Holdfast holdfast) throws InterruptedException {
    BlockingQueue<String> first = new ArrayBlockingQueue<>(1);
    AtomicBoolean ending = new AtomicBoolean();
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (!first.offer(signal.getName()) || ending.get()) {
              Runtime.getRuntime().halt(INTERRUPTED);
            }
          });
    }
    Signal.handle(
        new Signal("HUP"),
        signal -> Thread.ofVirtual().name("reload").start(() -> holdfast.reload("SIGHUP")));
    String name = first.take();
    ending.set(true);
    holdfast.shutdown(name.equals("TERM"));
    return ExitCodes.FINE;
  }
}
