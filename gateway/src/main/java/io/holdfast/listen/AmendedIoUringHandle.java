package io.holdfast.listen;

import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import org.jspecify.annotations.Nullable;

/** One socket, between Netty's channel and Netty's handler: to either it is the other. */
@SuppressWarnings("try") // Netty's signature of close
abstract class AmendedIoUringHandle implements IoUringIoHandle, IoRegistration {
  final IoUringIoHandle channel;
  private @Nullable IoRegistration registration;

  AmendedIoUringHandle(IoUringIoHandle channel) {
    this.channel = channel;
  }

  void tie(IoRegistration ofNetty) {
    registration = ofNetty;
  }

  final IoRegistration netty() {
    assert registration != null : "nothing is asked for before it is registered";
    return registration;
  }

  @Override
  public void registered() {
    channel.registered();
  }

  @Override
  public void unregistered() {
    channel.unregistered();
  }

  @Override
  public void close() throws Exception {
    channel.close();
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
  public <T> T attachment() {
    return netty().attachment();
  }

  @Override
  public boolean isValid() {
    return netty().isValid();
  }

  @Override
  public boolean cancel() {
    return netty().cancel();
  }
}
