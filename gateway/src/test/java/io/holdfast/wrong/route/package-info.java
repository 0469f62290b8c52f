/** Wrong on purpose; see {@code ArchitectureTest}. */
@NullMarked
package io.holdfast.wrong.route;

import org.jspecify.annotations.NullMarked;
