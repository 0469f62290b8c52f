package io.holdfast.model;

/** Which of Netty's transports is asked for. */
public enum Transport {
  /** The best one that works on this machine. */
  AUTO,
  /** Linux io_uring with incremental buffer rings; an error at start where there is none. */
  IO_URING,
  /** Linux epoll; an error at start where there is none. */
  EPOLL,
  /** The JDK's selectors, everywhere. */
  NIO
}
