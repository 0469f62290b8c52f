/**
 * Changes while running: a configuration is read, checked and compiled ({@code Compiler}), compared
 * with the one in force ({@code Plan}) and applied as a whole or not at all ({@code Control}). Live
 * relays are touched only if their own backend or route is gone.
 *
 * <p>What people do to a running gateway: words said of backends ({@code Operator}, {@code
 * Overrides}), drains and rebalancings ({@code Drains}), and deploys ({@code Deploys}, which work
 * on {@code Groups} and {@code Shares}). What of that outlives the process is kept in files ({@code
 * StateFolder}). All that changes what is in force ({@code InForce}) is done one at a time ({@code
 * ChangeLock}).
 *
 * <p>What is there to know of a running gateway ({@code Status}, {@code Events}) and what came of a
 * change ({@code ReloadOutcome}) are records of this package; who serves them to operators is not
 * known here.
 */
@NullMarked
package io.holdfast.control;

import org.jspecify.annotations.NullMarked;
