package io.holdfast.wrong.relay;

import io.holdfast.wrong.config.Settings;
import io.holdfast.wrong.route.Back;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Does all that an event loop must not; never run. */
public final class Waits {
  private @Nullable Back back;

  void set(Back back) {
    this.back = back;
  }

  @Nullable Back back() {
    return back;
  }

  String waits(Future<String> future, Object monitor)
      throws ExecutionException, InterruptedException {
    synchronized (monitor) {
      while (back == null) {
        monitor.wait();
      }
    }
    return future.get();
  }

  void writes(ChannelFuture write, Settings settings) throws InterruptedException {
    System.out.println(settings.port());
    write.sync();
  }

  InetAddress reads(Path file) throws IOException {
    return InetAddress.getByName(Files.readString(file));
  }
}
