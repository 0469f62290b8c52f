/**
 * Changes while running: a configuration is read, checked and compiled ({@code Compiler}), compared
 * with the one in force ({@code Plan}) and applied as a whole or not at all ({@code Control}). Live
 * relays are touched only if their own backend or route is gone.
 *
 * <p>What is there to know of a running gateway ({@code Status}) and what came of a change ({@code
 * ReloadOutcome}) are records of this package; who serves them to operators is not known here.
 */
@NullMarked
package io.holdfast.control;

import org.jspecify.annotations.NullMarked;
