/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong.relay;

import org.jspecify.annotations.NullMarked;
