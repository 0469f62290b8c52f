/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong.misc;

import org.jspecify.annotations.NullMarked;
