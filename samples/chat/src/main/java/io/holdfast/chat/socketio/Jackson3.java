package io.holdfast.chat.socketio;

import com.corundumstudio.socketio.AckCallback;
import com.corundumstudio.socketio.protocol.AckArgs;
import com.corundumstudio.socketio.protocol.Event;
import com.corundumstudio.socketio.protocol.JsonSupport;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The library's own is for Jackson 2. Arguments of events are {@link JsonNode}s; binary ones are
 * not spoken here.
 */
final class Jackson3 implements JsonSupport {
  private final JsonMapper mapper =
      JsonMapper.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  /** The library takes an {@link IOException} for the client's mistake. */
  private JsonNode tree(InputStream source) throws IOException {
    try {
      return mapper.readTree(source);
    } catch (JacksonException e) {
      throw new IOException(e);
    }
  }

  @Override
  public <T> @Nullable T readValue(String namespace, ByteBufInputStream source, Class<T> type)
      throws IOException {
    JsonNode node = tree(source);
    if (type != Event.class) {
      try {
        return mapper.treeToValue(node, type);
      } catch (JacksonException e) {
        throw new IOException(e);
      }
    }
    if (!node.isArray() || !node.path(0).isString()) {
      throw new IOException("an event is an array that begins with its name");
    }
    List<Object> arguments = new ArrayList<>(node.valueStream().skip(1).toList());
    return type.cast(new Event(node.path(0).asString(), arguments));
  }

  @Override
  public AckArgs readAckArgs(ByteBufInputStream source, AckCallback<?> callback)
      throws IOException {
    return new AckArgs(new ArrayList<>(tree(source).valueStream().toList()));
  }

  @Override
  public void writeValue(ByteBufOutputStream to, Object value) {
    mapper.writeValue((OutputStream) to, value);
  }

  @Override
  public void addEventMapping(String namespace, String event, Class<?>... types) {}

  @Override
  public void removeEventMapping(String namespace, String event) {}

  @Override
  public List<byte[]> getArrays() {
    return List.of();
  }
}
