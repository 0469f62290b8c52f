/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong;

import org.jspecify.annotations.NullMarked;
