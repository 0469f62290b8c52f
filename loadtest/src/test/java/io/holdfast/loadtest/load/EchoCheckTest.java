package io.holdfast.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.loadtest.load.EchoCheck.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoCheckTest {
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 63, 64, 527, 528, 9_001, 65_536})
  void seesAnyChangedByteHoweverTheMessageIsSplit(int size) {
    for (int round = 0; round < 200; round++) {
      boolean text = random.nextBoolean();
      Payload payload = new Payload(size, text);
      int id = random.nextInt(1 << 20);
      ByteBuf message = Unpooled.buffer();
      payload.write(message, id, 0, 0);
      assertThat(message.readableBytes()).isEqualTo(size);
      if (text) {
        assertThat(message.toString(StandardCharsets.US_ASCII)).matches("[ -~]+");
      }

      assertThat(verdict(payload, id, size, message)).as("seed %d", seed).isEqualTo(Verdict.GOOD);

      int at = random.nextInt(size);
      message.setByte(at, message.getByte(at) ^ (1 << random.nextInt(8)));
      assertThat(verdict(payload, id, size, message))
          .as("seed %d, byte %d", seed, at)
          .isEqualTo(Verdict.MISMATCHED);
    }
  }

  private Verdict verdict(Payload payload, int id, int size, ByteBuf message) {
    EchoCheck check = new EchoCheck(payload, id, size);
    int at = 0;
    while (at < size) {
      int part = Math.min(size - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 9_000));
      check.bytes(message, at, part);
      at += part;
    }
    return check.messageEnd(1);
  }
}
