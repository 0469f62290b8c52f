package io.holdfast.config;

import io.holdfast.config.source.Parser;
import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.ClientKey;
import io.holdfast.model.TableAffinity;
import java.time.Duration;

/** What a table of promises is bounded by. */
record TableConfig(Duration lifetime, Duration idle, int size) {
  static final String LIFETIME = "How long a promise holds.";
  static final String IDLE =
      "How long a promise holds without a request of its client; each one counts anew.";
  static final String SIZE =
      "Promises at most. For another one, the one not used for longest goes. One takes some 150"
          + " bytes.";

  private static final Parser<Integer> MOST = Parsers.number(1, 10_000_000);

  static TableConfig read(Section in) {
    return new TableConfig(
        in.value("lifetime", "7d", Parsers::duration),
        in.value("idle", "24h", Parsers::durationOrOff),
        in.value("size", "100000", MOST));
  }

  TableAffinity compile(ClientKey key, boolean learnt) {
    return new TableAffinity(key, learnt, lifetime, idle, size);
  }
}
