/**
 * The one command {@code holdfast}: {@link Main} starts it, {@link Commands} lists its
 * sub-commands. What they do is the business of the modules that they come from.
 */
@NullMarked
package io.holdfast.app;

import org.jspecify.annotations.NullMarked;
