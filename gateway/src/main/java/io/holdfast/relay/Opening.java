package io.holdfast.relay;

/** Says a prologue again to a new backend, by turns, and swallows what answers it. */
final class Opening {
  private final Relay relay;
  private final Prologue prologue;
  private final Leg to;
  private final int expected;
  private final Hold hold;
  private final Runnable done;
  private int said;
  private int answers;
  private boolean begun;
  private boolean over;

  /**
   * Prepares it.
   *
   * @param expected messages of the backend that answer it, and that the client has had already
   * @param hold for all else that the backend says
   * @param done called when all is said and answered
   */
  Opening(Relay relay, Prologue prologue, Leg to, int expected, Hold hold, Runnable done) {
    this.relay = relay;
    this.prologue = prologue;
    this.to = to;
    this.expected = expected;
    this.hold = hold;
    this.done = done;
  }

  /** Hears from here on what may answer, though nothing is said yet: some servers speak first. */
  void listen() {
    if (expected > 0) {
      to.inlet.take(new Swallow(expected, hold, this::onAnswer));
    }
  }

  /** Says it. */
  void begin() {
    begun = true;
    if (answers < expected) {
      to.readAnyway();
    }
    say();
  }

  /** Nothing more is said. */
  void stop() {
    over = true;
  }

  /** Says what the client had said by the same number of answers. */
  private void say() {
    if (over || !begun) {
      return;
    }
    for (; said < prologue.size() && prologue.after(said) <= answers; said++) {
      to.outlet.write(prologue.line(said));
    }
    to.outlet.flush();
    if (answers == expected) {
      over = true;
      done.run();
    }
  }

  private void onAnswer() {
    answers++;
    to.inlet.uncount();
    if (answers == expected) {
      to.inlet.take(hold);
      to.pauseReading();
    }
    relay.execute(this::say); // not in the middle of what is being read
  }
}
