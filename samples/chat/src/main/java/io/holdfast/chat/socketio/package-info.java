/**
 * Clients with Socket.IO, in the namespace {@code /chat}: each message is an event called as its
 * {@code type} says, and acknowledgements stand for {@code ref}.
 */
@NullMarked
package io.holdfast.chat.socketio;

import org.jspecify.annotations.NullMarked;
