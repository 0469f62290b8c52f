package io.holdfast;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;

/**
 * Calls, constructors and fields that make a thread wait, or may. Names resolve through Netty's
 * resolver, and literal addresses are read by {@code InetAddress.ofLiteral}.
 */
final class BlockingCalls extends DescribedPredicate<JavaAccess<?>> {
  static final BlockingCalls INSTANCE = new BlockingCalls();

  /** Owner (or a type above it) to the names of its members; "*" is all of them. */
  private static final Map<String, Set<String>> MEMBERS =
      Map.ofEntries(
          Map.entry("java.lang.Thread", Set.of("sleep", "join")),
          Map.entry("java.lang.Object", Set.of("wait")),
          Map.entry("java.lang.Process", Set.of("waitFor")),
          Map.entry("java.lang.System", Set.of("in", "out", "err", "console")),
          Map.entry("java.lang.Throwable", Set.of("printStackTrace")),
          Map.entry(
              "java.util.concurrent.locks.LockSupport", Set.of("park", "parkNanos", "parkUntil")),
          Map.entry(
              "java.util.concurrent.locks.Condition", Set.of("await", "awaitNanos", "awaitUntil")),
          Map.entry("java.util.concurrent.Future", Set.of("get")),
          Map.entry("java.util.concurrent.CompletableFuture", Set.of("get", "join")),
          Map.entry("java.util.concurrent.ForkJoinTask", Set.of("get", "join", "invoke")),
          Map.entry("java.util.concurrent.CountDownLatch", Set.of("await")),
          Map.entry("java.util.concurrent.CyclicBarrier", Set.of("await")),
          Map.entry("java.util.concurrent.Phaser", Set.of("arriveAndAwaitAdvance", "awaitAdvance")),
          Map.entry("java.util.concurrent.Exchanger", Set.of("exchange")),
          Map.entry("java.util.concurrent.Semaphore", Set.of("acquire", "acquireUninterruptibly")),
          Map.entry("java.util.concurrent.BlockingQueue", Set.of("put", "take")),
          Map.entry(
              "java.util.concurrent.ExecutorService",
              Set.of("invokeAll", "invokeAny", "awaitTermination", "close")),
          Map.entry(
              "io.netty.util.concurrent.Future",
              Set.of("sync", "syncUninterruptibly", "await", "awaitUninterruptibly", "get")),
          Map.entry(
              "java.net.InetAddress",
              Set.of(
                  "getByName",
                  "getAllByName",
                  "getLocalHost",
                  "getHostName",
                  "getCanonicalHostName",
                  "isReachable")),
          Map.entry("java.net.InetSocketAddress", Set.of("getHostName")),
          Map.entry("java.net.NetworkInterface", Set.of("*")),
          Map.entry("java.net.Socket", Set.of("*")),
          Map.entry("java.net.ServerSocket", Set.of("*")),
          Map.entry("java.net.URL", Set.of("openConnection", "openStream", "getContent")),
          Map.entry("java.net.http.HttpClient", Set.of("send")),
          Map.entry("java.nio.file.Files", Set.of("*")),
          Map.entry("java.io.File", Set.of("*")),
          Map.entry("java.io.FileInputStream", Set.of("*")),
          Map.entry("java.io.FileOutputStream", Set.of("*")),
          Map.entry("java.io.RandomAccessFile", Set.of("*")));

  /** The end of an event loop: nothing that it could serve is left. */
  private static final String AFTER_ALL = "io.holdfast.listen.IoUringRequests.destroy()";

  private BlockingCalls() {
    super("the target blocks");
  }

  @Override
  public boolean test(JavaAccess<?> access) {
    if (access.getOrigin().getFullName().equals(AFTER_ALL)) {
      return false;
    }
    JavaClass owner = access.getTargetOwner();
    String name = access.getTarget().getName();
    return MEMBERS.entrySet().stream()
        .filter(entry -> entry.getValue().contains(name) || entry.getValue().contains("*"))
        .anyMatch(entry -> owner.isAssignableTo(entry.getKey()));
  }
}
