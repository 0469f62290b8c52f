package io.holdfast.admin;

import io.holdfast.control.ConnectionQuery;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.ControlFrames;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Lists connections and closes them. */
final class ConnectionsApi {

  private final GatewayControl control;

  ConnectionsApi(GatewayControl control) {
    this.control = control;
  }

  Reply list(Call call) {
    Map<String, String> query = call.query();
    int limit = number(query, "limit", ConnectionQuery.DEFAULT_LIMIT);
    if (limit < 1 || limit > ConnectionQuery.MAX_LIMIT) {
      return Reply.error(
          400, "limit must be a number from 1 to " + ConnectionQuery.MAX_LIMIT + ".");
    }
    return Reply.json(
        200,
        control.connections(new ConnectionQuery(query.get("service"), query.get("after"), limit)));
  }

  Reply close(String id, Call call) {
    int code = number(call.query(), "code", CloseCode.GOING_AWAY);
    if (!CloseCode.isSendable(code)) {
      return Reply.error(
          400, "code must be a close code that may be sent: 1000-1003, 1007-1014 or 3000-4999.");
    }
    String reason = call.query().getOrDefault("reason", "");
    if (reason.getBytes(StandardCharsets.UTF_8).length > ControlFrames.MAX_REASON) {
      return Reply.error(
          400, "reason must be at most " + ControlFrames.MAX_REASON + " bytes of UTF-8.");
    }
    return control.close(id, code, reason)
        ? Reply.json(202, Map.of("id", id, "code", code))
        : Reply.error(404, "There is no connection " + id + ".");
  }

  /** A parameter's number, {@code missing} where it is not given, or -1 where it is no number. */
  private static int number(Map<String, String> query, String name, int missing) {
    String value = query.get(name);
    if (value == null) {
      return missing;
    }
    return value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
  }
}
