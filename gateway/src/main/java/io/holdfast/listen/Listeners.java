package io.holdfast.listen;

import io.holdfast.model.Limits;
import io.holdfast.model.Listener;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts connections, and hands each to an event loop for life. */
public final class Listeners {
  /** What waits to be accepted, beyond which the kernel drops: as much as the kernel allows. */
  private static final int BACKLOG = 4096;

  private final Transports transports;
  private final EventLoopGroup group;
  private final Map<EventExecutor, Worker> workers = new HashMap<>();
  private final Shared shared;
  private final WriteBufferWaterMark waterMark;

  /**
   * Listeners whose connections live on {@code group}, which is one of {@code transports}.
   *
   * @param waterMark when a connection's unsent bytes stop and restart who writes to it
   */
  public Listeners(
      Transports transports, EventLoopGroup group, Shared shared, WriteBufferWaterMark waterMark) {
    this.transports = transports;
    this.group = group;
    this.shared = shared;
    this.waterMark = waterMark;
    for (EventExecutor loop : group) {
      workers.put(loop, new Worker((Loop) loop, shared.dialer(), shared.meters()));
    }
  }

  /** Calls {@code action} whenever an event loop has ended, for whatever reason. */
  public void onLoopEnd(Runnable action) {
    workers().forEach(w -> w.eventLoop().terminationFuture().addListener(_ -> action.run()));
  }

  /** All event loops with what belongs to them. */
  public List<Worker> workers() {
    return List.copyOf(workers.values());
  }

  /** A bound listener: what may change over a reload is asked for with each connection. */
  public static final class Bound {
    private final Channel channel;
    private volatile Settings settings;

    private Bound(Channel channel, Settings settings) {
      this.channel = channel;
      this.settings = settings;
    }

    /** The address that it got, which matters when it asked for any port. */
    public InetSocketAddress address() {
      return (InetSocketAddress) channel.localAddress();
    }

    /** Connections accepted from here on keep to {@code changed}. */
    public void change(Settings changed) {
      settings = changed;
    }

    /**
     * Lets other processes of this user listen at the same address too.
     *
     * @return false when the system cannot
     */
    public boolean share() {
      return PortSharing.share(channel);
    }

    /**
     * Takes all new connections of an address that another process has shared and bound before.
     *
     * @return false when the transport cannot, and the kernel goes on to choose
     */
    public boolean steer() {
      return PortSharing.steer(channel);
    }

    /** Accepts those who wait since it was bound {@link Opening#HELD}, and all who come. */
    public void accept() {
      channel.config().setAutoRead(true);
    }

    /** Accepts no more; what was accepted lives on. */
    public ChannelFuture close() {
      return channel.close();
    }
  }

  /**
   * How a listener treats its connections.
   *
   * @param tls null for plain text
   */
  public record Settings(Listener listener, @Nullable SslContext tls) {}

  /** How an address is bound. */
  public enum Opening {
    /** By this process alone. */
    ALONE,
    /** Though another process has it, and has shared it. */
    SHARED,
    /** Alone, and clients wait to be accepted until {@link Bound#accept}. */
    HELD
  }

  /**
   * Binds. The caller waits for the future, which fails when the address is taken.
   *
   * @param binding called with the listener once it is bound
   */
  public ChannelFuture bind(Settings settings, Opening opening, Consumer<Bound> binding) {
    BoundHolder holder = new BoundHolder();
    ServerBootstrap listening = transports.listening();
    if (opening == Opening.SHARED) {
      listening.option(PortSharing.option(transports.server()), true);
    }
    ChannelFuture future =
        listening
            .group(group)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.AUTO_READ, opening != Opening.HELD)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
            .childHandler(new Initializer(() -> holder.settings(settings)))
            .bind(settings.listener().host(), settings.listener().port());
    return future.addListener(bound -> {
      if (bound.isSuccess()) {
        holder.bound = new Bound(future.channel(), settings);
        binding.accept(holder.bound);
      }
    });
  }

  /** Connections may be accepted before the bind's listener has run. */
  private static final class BoundHolder {
    private volatile @Nullable Bound bound;

    Settings settings(Settings initial) {
      Bound present = bound;
      return present == null ? initial : present.settings;
    }
  }

  /** The pipeline of a client connection. */
  private final class Initializer extends ChannelInitializer<Channel> {
    private static final String TLS = "tls";
    private static final String DECODER = "decoder";
    private static final String ENCODER = "encoder";
    private static final String CLIENT = "client";

    private final Supplier<Settings> settings;

    Initializer(Supplier<Settings> settings) {
      this.settings = settings;
    }

    @Override
    protected void initChannel(Channel channel) {
      Settings present = settings.get();
      Limits limits = shared.routing().get().snapshot().limits();
      if (present.tls() != null) {
        SslHandler tls = present.tls().newHandler(channel.alloc());
        // Due just before the clock of the head, so that a late client counts as one without TLS.
        tls.setHandshakeTimeoutMillis(limits.headTimeout().toMillis());
        channel.pipeline().addLast(TLS, tls);
      }
      InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
      if (remote == null) {
        channel.close(); // gone before it was accepted
        return;
      }
      Permits.Answer answer = shared.permits().acquire(remote.getAddress(), limits);
      if (answer instanceof Permits.Answer.Permit permit) {
        admit(channel, permit, present.listener(), limits);
      } else if (answer instanceof Permits.Answer.Full) {
        turnAway(channel, "connections", 503);
      } else {
        turnAway(channel, "connections_per_address", 429);
      }
    }

    private void admit(
        Channel channel, Permits.Answer.Permit permit, Listener listener, Limits limits) {
      Worker worker = worker(channel);
      worker.opened();
      shared.meters().connectionOpened();
      channel
          .closeFuture()
          .addListener(closed -> {
            permit.release();
            worker.closed();
            shared.meters().connectionClosed();
          });
      ClientConnection client = new ClientConnection(worker, shared, listener, limits, channel);
      channel
          .pipeline()
          .addLast(DECODER, client.decoder())
          .addLast(ENCODER, client.encoder())
          .addLast(CLIENT, client);
    }

    private void turnAway(Channel channel, String reason, int status) {
      shared.meters().connectionRefused(reason);
      channel.pipeline().addLast(ENCODER, new ResponseEncoder()).addLast(new TurnAway(status));
    }

    private Worker worker(Channel channel) {
      Worker worker = workers.get(channel.eventLoop());
      if (worker == null) {
        throw new IllegalStateException("a connection outside of its group");
      }
      return worker;
    }
  }
}
