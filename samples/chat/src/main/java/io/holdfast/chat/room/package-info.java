/** Rooms, their members and what was said in them, as all nodes see them. */
@NullMarked
package io.holdfast.chat.room;

import org.jspecify.annotations.NullMarked;
