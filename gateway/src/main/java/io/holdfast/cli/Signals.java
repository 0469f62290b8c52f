package io.holdfast.cli;

import io.holdfast.Holdfast;
import java.lang.reflect.Proxy;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

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
      on(
          name,
          () -> {
            if (ending.compareAndSet(false, true)) {
              first.add(name);
            } else {
              Runtime.getRuntime().halt(INTERRUPTED);
            }
          });
    }
    on("HUP", () -> Thread.ofVirtual().name("reload").start(() -> holdfast.reload("SIGHUP")));
    String name = first.take();
    holdfast.shutdown(name.equals("TERM"));
    return ExitCodes.FINE;
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
