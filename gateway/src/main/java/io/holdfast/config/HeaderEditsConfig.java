package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.HeaderEdits;
import java.util.List;
import java.util.Map;

/** {@code request} and {@code response} of a route's {@code headers}. */
record HeaderEditsConfig(
    @Option(
            value = "Header fields to give exactly one value, whatever was there.",
            otherwise = "none")
        Map<String, String> set,
    @Option(value = "Header fields to add beside those that are there.", otherwise = "none")
        Map<String, String> add,
    @Option(
            value =
                "Header fields to take out, before any is set or added. Those of one connection,"
                    + " `Host` and `Sec-WebSocket-*` cannot be edited: the gateway makes them.",
            otherwise = "none")
        List<String> remove) {

  static HeaderEditsConfig read(Section in) {
    return new HeaderEditsConfig(
        Headers.map(in, "set", Headers::editable),
        Headers.map(in, "add", Headers::editable),
        in.list("remove", Headers::editable));
  }

  HeaderEdits compile() {
    return new HeaderEdits(remove, set, add);
  }
}
