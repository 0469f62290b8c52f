/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong.config;

import org.jspecify.annotations.NullMarked;
