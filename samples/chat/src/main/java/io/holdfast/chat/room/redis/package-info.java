/** Rooms that nodes on many machines share, by Redis or Valkey. */
@NullMarked
package io.holdfast.chat.room.redis;

import org.jspecify.annotations.NullMarked;
