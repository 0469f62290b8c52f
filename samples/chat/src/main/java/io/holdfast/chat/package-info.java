/**
 * A chat server to copy from: {@link io.holdfast.chat.ChatServer} puts its parts together. {@code
 * message} is what is said over the wire, {@code room} what all nodes share, {@code session} one
 * client on one node, {@code raw} plain WebSockets, {@code http} everything that is none.
 */
@NullMarked
package io.holdfast.chat;

import org.jspecify.annotations.NullMarked;
