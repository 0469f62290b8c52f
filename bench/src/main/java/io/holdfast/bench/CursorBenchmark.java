package io.holdfast.bench;

import io.holdfast.websocket.FrameCursor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the frame cursor costs per frame, when a read brings many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CursorBenchmark {
  private static final int FRAMES = 64;

  /** Payload bytes of each frame. */
  @Param({"64", "1024", "16384"})
  public int size;

  private ByteBuf stream = Unpooled.EMPTY_BUFFER;
  private final FrameCursor cursor = new FrameCursor();

  /** Fills a buffer with masked binary frames. */
  @Setup
  public void fill() {
    stream = Unpooled.directBuffer();
    for (int i = 0; i < FRAMES; i++) {
      stream.writeByte(0x82);
      if (size < 126) {
        stream.writeByte(0x80 | size);
      } else {
        stream.writeByte(0x80 | 126).writeShort(size);
      }
      stream.writeInt(0x01020304).writeZero(size);
    }
  }

  /** Walks all frames of the buffer. */
  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public long walk() {
    long payload = 0;
    int index = 0;
    int end = stream.writerIndex();
    while (index < end) {
      index = cursor.readHeader(stream, index, end);
      payload += cursor.payloadLength();
      index = cursor.skipPayload(index, end);
    }
    return payload;
  }
}
