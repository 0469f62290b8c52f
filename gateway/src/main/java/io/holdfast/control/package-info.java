/**
 * Changes while running: a configuration is read, checked and compiled ({@code Compiler}), compared
 * with the one in force ({@code Plan}) and applied as a whole or not at all ({@code Control}). Live
 * relays are touched only if their own backend or route is gone.
 */
@NullMarked
package io.holdfast.control;

import org.jspecify.annotations.NullMarked;
