package io.holdfast.admin;

import java.util.Map;

/** Upgrades: has the gateway start its successor, and is what that one talks to. */
final class HandoverApi {
  private final GatewayControl control;

  HandoverApi(GatewayControl control) {
    this.control = control;
  }

  Reply upgrade(Call call) {
    return answer(() -> control.upgrade(Paces.of(call)));
  }

  Reply share(Call call) {
    return answer(() -> Map.of("addresses", control.share(pid(call))));
  }

  Reply leave(Call call) {
    return answer(() -> Map.of("asidePort", control.leave(pid(call))));
  }

  private static long pid(Call call) {
    String pid = call.query().getOrDefault("pid", "");
    if (!pid.matches("[1-9]\\d{0,9}")) {
      throw new IllegalArgumentException("pid is \"" + pid + "\"; expected a process id.");
    }
    return Long.parseLong(pid);
  }

  private interface Doing {
    Object run() throws NotNow;
  }

  private static Reply answer(Doing doing) {
    try {
      return Reply.json(200, doing.run());
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    } catch (NotNow e) {
      return Reply.error(409, String.valueOf(e.getMessage()));
    }
  }
}
