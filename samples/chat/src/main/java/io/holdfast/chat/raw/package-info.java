/** Clients with plain WebSockets, at {@code /ws/chat/CONNECTION}. */
@NullMarked
package io.holdfast.chat.raw;

import org.jspecify.annotations.NullMarked;
