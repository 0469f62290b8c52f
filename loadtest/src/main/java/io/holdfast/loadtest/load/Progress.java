package io.holdfast.loadtest.load;

/**
 * How far a worker is, as of some hundredth of a second ago.
 *
 * @param open connections that are open
 * @param pending connections still to be dialled, or being so
 * @param failed connections that could not be opened
 * @param bytes payload bytes echoed as they should be
 * @param bad echoes that were wrong, and messages that were lost
 * @param outstanding messages due whose echo has not come
 */
record Progress(
    int open,
    int pending,
    long failed,
    long sent,
    long echoed,
    long bytes,
    long bad,
    long outstanding) {

  static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0, 0);

  Progress plus(Progress other) {
    return new Progress(
        open + other.open,
        pending + other.pending,
        failed + other.failed,
        sent + other.sent,
        echoed + other.echoed,
        bytes + other.bytes,
        bad + other.bad,
        outstanding + other.outstanding);
  }
}
