package io.holdfast.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakCheckTest {

  @Test
  void noticesABufferThatNobodyReleased() {
    forgetABuffer();

    List<String> found = new ArrayList<>();
    await().until(() -> found.addAll(LeakCheck.leaks()) || !found.isEmpty());

    assertThat(found).hasSize(1).first().asString().contains("forgetABuffer");
  }

  private static void forgetABuffer() {
    PooledByteBufAllocator.DEFAULT.directBuffer(77).writeByte(1);
  }
}
