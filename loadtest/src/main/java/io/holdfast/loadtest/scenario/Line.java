package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.wire.ClientMessages;
import io.holdfast.loadtest.wire.Compression;
import io.holdfast.loadtest.wire.DialFailure;
import io.holdfast.loadtest.wire.DialListener;
import io.holdfast.loadtest.wire.Opcode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** One connection of a user, from dialling to its end. On its crew's event loop only. */
final class Line implements DialListener, ClientMessages.Listener {
  private final Crew crew;
  private final User user;
  private final Dialogue dialogue;
  private final long dialled = System.nanoTime();
  private @Nullable Channel channel;
  private @Nullable ClientMessages messages;
  private boolean hungUp;

  /** Dials. */
  Line(Crew crew, User user) {
    this.crew = crew;
    this.user = user;
    this.dialogue = crew.dialogue(user);
    crew.measures().connects++;
    crew.dial(user.id(), this);
  }

  @Override
  public ChannelHandler opened(
      Channel opened, HttpResponse response, @Nullable Compression compression) {
    Measures.record(crew.measures().connect, System.nanoTime() - dialled);
    ClientMessages made = new ClientMessages(this, crew.keys());
    if (compression != null) {
      made.compress(compression);
    }
    channel = opened;
    messages = made;
    crew.connected(1);
    // The HTTP codec leaves the pipeline after this call, and must not see our frames.
    crew.loop()
        .execute(() -> {
          if (hungUp) {
            made.close(1000, "");
          } else {
            dialogue.opened();
          }
        });
    return made;
  }

  @Override
  public void failed(DialFailure failure) {
    crew.measures().error("connect_" + failure.kind(), 1);
    user.failed();
  }

  /** Whether the handshake is not done yet. */
  boolean isDialling() {
    return channel == null;
  }

  Dialogue dialogue() {
    return dialogue;
  }

  void send(byte[] payload) {
    if (messages != null) {
      messages.send(Opcode.TEXT, payload);
    }
  }

  void readSlowly() {
    if (channel != null) {
      SlowReading.begin(channel, crew.talk().slowBytes());
    }
  }

  @Override
  public void message(boolean text, byte[] payload) {
    dialogue.received(text, payload);
  }

  @Override
  public void control(int opcode, byte[] payload) {
    // Pings were answered.
  }

  @Override
  public void trouble(String what) {
    if (!hungUp) {
      crew.measures().error("broken", 1);
    }
  }

  @Override
  public void ended(int code, String reason) {
    crew.connected(-1);
    user.ended(code, dialogue.missing());
  }

  /** Closes it with 1000. */
  void hangUp() {
    hungUp = true;
    if (channel != null && messages != null) {
      channel.config().setAutoRead(true);
      messages.close(1000, "");
    }
  }

  /** Cuts it, without a word. */
  void cut() {
    if (channel != null) {
      hungUp = true;
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    }
  }
}
