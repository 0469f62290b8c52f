/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong.model;

import org.jspecify.annotations.NullMarked;
