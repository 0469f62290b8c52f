package io.holdfast.listen;

import static java.nio.ByteOrder.nativeOrder;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.lang.ref.Reference;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;

/**
 * How an address goes from one process to the next without a client refused (SO_REUSEPORT and
 * SO_ATTACH_REUSEPORT_CBPF, socket(7)): both listen there, and the kernel gives what is new to the
 * second. Without a program it would choose by a hash, and what waits at the first would be reset
 * when that one closes.
 *
 * <p>Both must run as the same user. Linux lets the second in also when the first asks for the
 * option only after it was bound; so nobody can join a gateway before its first upgrade. From then
 * on a program of the same user can that asks for the option, since the kernel remembers.
 */
final class PortSharing {
  /** The second socket that has come to an address, counted from 0. */
  private static final int SECOND = 1;

  /** Of Linux, asm-generic/socket.h. */
  private static final int SOL_SOCKET = 1;

  private static final int SO_ATTACH_REUSEPORT_CBPF = 51;

  /** BPF_RET | BPF_K: the program's result is a constant (linux/filter.h). */
  private static final short RETURN = 0x06;

  private static final int INSTRUCTION = 8;
  private static final int PROGRAM = 16;

  private static final ChannelOption<ByteBuffer> STEER =
      new RawUnixChannelOption(
          "SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, PROGRAM);

  private PortSharing() {}

  /** What both sockets need. */
  static ChannelOption<Boolean> option(Class<? extends ServerSocketChannel> server) {
    return server == NioServerSocketChannel.class
        ? NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT)
        : UnixChannelOption.SO_REUSEPORT;
  }

  /**
   * Lets others of this user listen at the same address.
   *
   * @return false when the system cannot
   */
  static boolean share(Channel listening) {
    ChannelOption<Boolean> option =
        listening instanceof NioServerSocketChannel
            ? option(NioServerSocketChannel.class)
            : UnixChannelOption.SO_REUSEPORT;
    try {
      return listening.config().setOption(option, true);
    } catch (ChannelException e) {
      return false;
    }
  }

  /**
   * Has the kernel give all new connections of a shared address to its second socket. Once the
   * first is gone the program's answer names nobody, and the kernel asks the one that is left.
   *
   * @return false when the transport cannot
   */
  static boolean steer(Channel listening) {
    if (listening instanceof NioServerSocketChannel) {
      return false;
    }
    // struct sock_filter: code, two jumps, constant.
    ByteBuffer instruction = ByteBuffer.allocateDirect(INSTRUCTION).order(nativeOrder());
    instruction.putShort(0, RETURN).putInt(4, SECOND);
    // struct sock_fprog: how many instructions, padding, where they are.
    ByteBuffer program = ByteBuffer.allocate(PROGRAM).order(nativeOrder());
    program.putShort(0, (short) 1).putLong(8, Buffer.memoryAddress(instruction));
    try {
      return listening.config().setOption(STEER, program);
    } catch (ChannelException e) {
      return false;
    } finally {
      Reference.reachabilityFence(instruction); // the kernel has copied it
    }
  }
}
