/** What clients and servers say to each other: JSON objects with a {@code type}. */
@NullMarked
package io.holdfast.chat.message;

import org.jspecify.annotations.NullMarked;
