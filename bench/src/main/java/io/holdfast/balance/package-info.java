/**
 * What the choice of a backend and its cookie cost. In the package of what it measures, which
 * nobody else may call.
 */
@NullMarked
package io.holdfast.balance;

import org.jspecify.annotations.NullMarked;
