package io.holdfast.relay;

import io.holdfast.observe.EndedBy;

/**
 * How a relay ended.
 *
 * @param by whose Close or loss was first
 * @param code of the first Close; {@code 1005} for one without a code, {@code 1006} for none
 * @param why in a few words, for the access log
 * @param reset whether a leg had to be reset inside a frame, where no Close could be written
 */
public record RelayEnd(EndedBy by, int code, String why, boolean reset) {}
