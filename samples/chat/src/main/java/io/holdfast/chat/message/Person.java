package io.holdfast.chat.message;

/**
 * Somebody who is connected.
 *
 * @param id of the connection
 * @param name what others call them
 * @param node that they are connected to
 */
public record Person(String id, String name, String node) {
  /** What tells them apart from anybody else, on any node. */
  public String key() {
    return node + "/" + id;
  }
}
