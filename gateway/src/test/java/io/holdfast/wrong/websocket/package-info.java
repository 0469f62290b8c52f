/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong.websocket;

import org.jspecify.annotations.NullMarked;
