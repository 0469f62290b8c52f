/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong.admin;

import org.jspecify.annotations.NullMarked;
