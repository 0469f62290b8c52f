package io.holdfast.loadtest.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.loadtest.wire.ClientMessages;
import io.holdfast.loadtest.wire.CloseCodes;
import io.holdfast.loadtest.wire.Compression;
import io.holdfast.loadtest.wire.DialFailure;
import io.holdfast.loadtest.wire.DialListener;
import io.holdfast.loadtest.wire.DialOptions;
import io.holdfast.loadtest.wire.Dialer;
import io.holdfast.loadtest.wire.MaskKeys;
import io.holdfast.loadtest.wire.Opcode;
import io.holdfast.loadtest.wire.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One conversation, from dial to close. */
public final class ConnectSession implements AutoCloseable, DialListener, ClientMessages.Listener {
  /** How it ended. */
  public sealed interface Outcome {}

  /** There was no handshake. */
  public record NotConnected(String message) implements Outcome {}

  /** It was closed with this code and reason; 1005 is none given, 1006 is no Close at all. */
  public record Closed(int code, String reason, int received) implements Outcome {}

  private final ConnectOptions options;
  private final DialOptions dial;
  private final Transcript transcript;
  private final EventLoopGroup group;
  private final EventLoop loop;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final ClientMessages handler = new ClientMessages(this, new MaskKeys());
  private final CompletableFuture<Channel> connected = new CompletableFuture<>();
  private int received;
  private long lastReceived = System.nanoTime();

  public ConnectSession(
      DialOptions dial, ConnectOptions options, PrintWriter out, PrintWriter err) {
    Transport transport = Transport.best();
    this.dial = dial;
    this.options = options;
    this.transcript = new Transcript(out, err, options.timestamps());
    this.group = transport.newGroup(1, "connect");
    this.loop = group.next();
    new Dialer(transport, dial).dial(loop, null, this);
  }

  /**
   * Sends the lines of {@code in} and blocks until the connection is gone.
   *
   * @param in read by a thread of its own, which is left behind if it never ends
   */
  public Outcome run(BufferedReader in) throws InterruptedException {
    Thread.ofVirtual().name("connect-input").start(() -> input(in));
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Closes with 1000, if still open, and waits up to a second; from any thread but the event loop.
   */
  public void interrupt() {
    loop.execute(() -> handler.close(CloseCodes.NORMAL, ""));
    outcome.copy().completeOnTimeout(new NotConnected(""), 1, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void input(BufferedReader in) {
    try {
      connected.get();
      String line;
      while (!outcome.isDone() && (line = in.readLine()) != null) {
        send(InputLine.parse(line, options.raw()));
      }
    } catch (IOException e) {
      transcript.note("cannot read the input: " + e.getMessage());
    } catch (InterruptedException | ExecutionException e) {
      return;
    }
    if (options.endsWithInput()) {
      loop.execute(() -> linger(System.nanoTime()));
    }
  }

  private void send(InputLine line) throws InterruptedException {
    switch (line) {
      case InputLine.Message(String text) ->
          sendAndWait(options.binary() ? Opcode.BINARY : Opcode.TEXT, text);
      case InputLine.Ping(String text) -> sendAndWait(Opcode.PING, text);
      case InputLine.Close(int code, String reason) ->
          loop.execute(() -> handler.close(code, reason));
      case InputLine.Wrong(String why) -> transcript.note(why);
    }
  }

  private void sendAndWait(int opcode, String text) throws InterruptedException {
    try {
      ChannelFuture sent = loop.submit(() -> handler.send(opcode, text.getBytes(UTF_8))).get();
      if (sent != null) {
        sent.await();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void linger(long since) {
    long quiet = System.nanoTime() - Math.max(since, lastReceived);
    long left = options.linger().toNanos() - quiet;
    if (left <= 0) {
      handler.close(CloseCodes.NORMAL, "");
    } else {
      loop.schedule(() -> linger(since), left, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public ChannelHandler opened(
      Channel channel, HttpResponse response, @Nullable Compression compression) {
    transcript.opened(dial.url().text(), response);
    if (compression != null) {
      handler.compress(compression);
    } else if (dial.compress()) {
      transcript.note("the server agreed to no compression");
    }
    Duration atMost = options.atMost();
    if (atMost != null) {
      loop.schedule(
          () -> handler.close(CloseCodes.NORMAL, ""), atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
    Duration ping = options.ping();
    if (ping != null) {
      loop.scheduleAtFixedRate(
          () -> handler.send(Opcode.PING, new byte[0]),
          ping.toNanos(),
          ping.toNanos(),
          TimeUnit.NANOSECONDS);
    }
    lastReceived = System.nanoTime();
    // After the handler is in the pipeline.
    loop.execute(() -> connected.complete(channel));
    return handler;
  }

  @Override
  public void failed(DialFailure failure) {
    connected.completeExceptionally(new IOException(failure.message()));
    outcome.complete(new NotConnected(failure.message()));
  }

  @Override
  public void message(boolean text, byte[] payload) {
    lastReceived = System.nanoTime();
    if (options.count() > 0 && received >= options.count()) {
      return;
    }
    received++;
    if (text) {
      transcript.text(payload);
    } else {
      transcript.binary(payload);
    }
    if (received == options.count()) {
      handler.close(CloseCodes.NORMAL, "");
    }
  }

  @Override
  public void control(int opcode, byte[] payload) {
    lastReceived = System.nanoTime();
    if (opcode == Opcode.PING) {
      transcript.ping(payload);
    } else {
      transcript.pong(payload);
    }
  }

  @Override
  public void ended(int code, String reason) {
    transcript.close(code, reason);
    outcome.complete(new Closed(code, reason, received));
  }

  @Override
  public void trouble(String what) {
    transcript.note(what);
  }
}
