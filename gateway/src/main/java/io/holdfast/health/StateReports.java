package io.holdfast.health;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.balance.StateListener;
import io.holdfast.observe.Meters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Logs and counts each change of a backend's state. */
public final class StateReports implements StateListener {
  private static final Logger log = LoggerFactory.getLogger(StateReports.class);

  private final Meters meters;

  /** Reports to the log and to these. */
  public StateReports(Meters meters) {
    this.meters = meters;
  }

  @Override
  public void onChange(LiveBackend backend, State from, State to, String why) {
    meters.stateChange(backend.service(), backend.address(), to.word());
    boolean bad = to == State.DOWN || to == State.EJECTED;
    log.atLevel(bad ? Level.WARN : Level.INFO)
        .log(
            "service {}: backend {} is {}, was {} ({})",
            backend.service(),
            backend.address(),
            to.word(),
            from.word(),
            why);
  }
}
