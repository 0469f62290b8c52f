package io.holdfast.cli;

import io.holdfast.Holdfast;
import io.holdfast.observe.Logging;
import java.lang.reflect.Proxy;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** What signals do to a gateway. Caught from before its start, so that none takes the JVM's way. */
public final class Signals {
  /** Among signals: the gateway cannot go on. */
  private static final String LOST = "";

  private final BlockingQueue<String> events = new ArrayBlockingQueue<>(16);
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final AtomicBoolean ending = new AtomicBoolean();

  private Signals() {}

  /** Catches SIGTERM, SIGINT and SIGHUP from now on. A second of the first two exits at once. */
  public static Signals install() {
    Signals signals = new Signals();
    for (String name : new String[] {"TERM", "INT"}) {
      on(
          name,
          () -> {
            if (signals.signalled.getAndSet(true)) {
              Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
            }
            signals.end(name);
          });
    }
    // A full queue holds a reload already, which will read what this one would.
    on("HUP", () -> signals.events.offer("HUP"));
    return signals;
  }

  /**
   * Waits for SIGTERM or SIGINT and drains; SIGHUP reloads meanwhile. Ends at once when the gateway
   * has lost an event loop.
   *
   * @return the exit code
   */
  public int awaitEnd(Holdfast holdfast) throws InterruptedException {
    holdfast.onLost(() -> {
      events.clear();
      events.add(LOST);
    });
    holdfast.onShutdown(() -> end("TERM"));
    while (true) {
      String name = events.take();
      if (name.equals(LOST)) {
        Logging.flush();
        return ExitCodes.FAILED;
      }
      if (!name.equals("HUP")) {
        holdfast.shutdown(name.equals("TERM"));
        return ExitCodes.FINE;
      }
      holdfast.reload("SIGHUP");
    }
  }

  /** Waiting reloads give way to the end. One that is under way goes on as it is. */
  private void end(String how) {
    if (!ending.getAndSet(true)) {
      events.clear();
      events.add(how);
    }
  }

  /**
   * Calls {@code action} on a signal. The JDK's only way is {@code sun.misc.Signal}, whose use the
   * compiler warns of without a way to say "I know"; hence the reflection.
   */
  private static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handlerType)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java runtime cannot handle SIG" + name, e);
    }
  }
}
