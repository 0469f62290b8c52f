package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Size;
import io.holdfast.model.MigrationPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code migration} of a service. */
record MigrationConfig(
    @Option(
            "`live` moves relays to another backend where they would end otherwise, and their"
                + " clients notice nothing; `off` ends them.")
        Mode mode,
    @Option("When a relay is silent enough to be moved.") SettleConfig settle,
    @Option(
            "What becomes of a relay that is never silent: `move` moves it all the same, and"
                + " answers that its backend is still working on may be lost; `leave` leaves it"
                + " where it is; `close` ends it with `drain.code`.")
        MigrationPolicy.Busy busy,
    @Option("For protocols whose state is in their opening.") PrologueConfig prologue,
    @Option(
            value = "Codes of a backend's own Close that move the relay in place of ending it.",
            otherwise = "1001 and 1012")
        List<Integer> onClose,
    @Option("Whether a relay goes on with another backend when its own is lost.") boolean onFailure,
    @Option("How much a move may hold of the new backend's first words, and of a prologue.")
        Size holdBuffer,
    @Option("For each wait of a move but the one for silence; more than twice `settle.quiet`.")
        Duration timeout,
    @Option(
            "What backends are offered of a client's compression: `no_context_takeover`, so that"
                + " every message can be read by itself, or `off`. A relay whose backend insists"
                + " otherwise cannot be moved.")
        Compression compression) {

  /** Whether relays are moved. */
  enum Mode {
    OFF,
    LIVE
  }

  /** What is offered of a client's compression. */
  enum Compression {
    NO_CONTEXT_TAKEOVER,
    OFF
  }

  /** {@code settle} of it. */
  record SettleConfig(
      @Option("Silence both ways that settles a relay.") Duration quiet,
      @Option("How long is waited for it; more than `quiet`.") Duration atMost) {

    static SettleConfig read(Section in) {
      SettleConfig settle =
          new SettleConfig(
              in.value("quiet", "250ms", Parsers::duration),
              in.value("atMost", "5s", Parsers::duration));
      if (settle.atMost.compareTo(settle.quiet) <= 0) {
        in.error("atMost", "is over before any silence is long enough; expected more than quiet");
      }
      return settle;
    }
  }

  /** {@code prologue} of it. */
  record PrologueConfig(
      @Option(
              value = "How many of a client's first messages are said again to a new backend.",
              zero = "none")
          int clientMessages,
      @Option(
              value = "How many messages of the new backend answer those, and are not passed on.",
              zero = "none")
          int swallowAnswers) {

    static PrologueConfig read(Section in) {
      PrologueConfig prologue =
          new PrologueConfig(
              in.value("clientMessages", "0", Parsers.number(0, 1000)),
              in.value("swallowAnswers", "0", Parsers.number(0, 1000)));
      if (prologue.swallowAnswers > 0 && prologue.clientMessages == 0) {
        in.error("swallowAnswers", "has no use without clientMessages; expected both, or neither");
      }
      return prologue;
    }
  }

  static MigrationConfig read(Section in) {
    boolean onCloseGiven = in.find("onClose") != null;
    List<Integer> codes = in.list("onClose", DrainConfig::code);
    SettleConfig settle = in.section("settle", SettleConfig::read);
    Duration timeout = in.value("timeout", "10s", Parsers::duration);
    if (timeout.compareTo(settle.quiet.multipliedBy(2)) <= 0) {
      in.error(
          "timeout", "is over before a busy relay can be silent; expected more than twice quiet");
    }
    return new MigrationConfig(
        in.value("mode", "off", Parsers.oneOf(Mode.class)),
        settle,
        in.value("busy", "move", Parsers.oneOf(MigrationPolicy.Busy.class)),
        in.section("prologue", PrologueConfig::read),
        onCloseGiven ? codes : List.of(1001, 1012),
        in.value("onFailure", "true", Parsers::flag),
        in.value("holdBuffer", "256KiB", Parsers::size),
        timeout,
        in.value("compression", "no_context_takeover", Parsers.oneOf(Compression.class)));
  }

  /** Null for none. */
  @Nullable MigrationPolicy compile() {
    if (mode == Mode.OFF) {
      return null;
    }
    return new MigrationPolicy(
        settle.quiet(),
        settle.atMost(),
        busy,
        prologue.clientMessages(),
        prologue.swallowAnswers(),
        Set.copyOf(onClose),
        onFailure,
        (int) Math.min(holdBuffer.bytes(), Integer.MAX_VALUE),
        timeout,
        compression == Compression.NO_CONTEXT_TAKEOVER);
  }
}
