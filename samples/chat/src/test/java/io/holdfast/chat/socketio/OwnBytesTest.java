package io.holdfast.chat.socketio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.messages.PacketsMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

final class OwnBytesTest {
  @Test
  void whatTheLibraryCopiesOfPacketsComesFromNoPool() {
    EmbeddedChannel channel = new EmbeddedChannel(new OwnBytes());
    ByteBuf pooled = PooledByteBufAllocator.DEFAULT.directBuffer();
    pooled.writeCharSequence("42[\"a\"]\u001e42[\"b\"]", US_ASCII);
    channel.writeInbound(new PacketsMessage(null, pooled, Transport.POLLING), "another");

    PacketsMessage packets = channel.readInbound();
    assertThat(packets.getContent()).isEqualTo(pooled);
    assertThat(packets.getTransport()).isEqualTo(Transport.POLLING);
    ByteBuf copy = packets.getContent().copy(0, 2);
    assertThat(copy.hasArray()).isTrue();
    assertThat(copy.alloc()).isInstanceOf(UnpooledByteBufAllocator.class);
    assertThat(channel.<String>readInbound()).isEqualTo("another");
    assertThat(pooled.release()).as("is its owner's").isTrue();
    channel.finish();
  }
}
