/** Amounts as people write them: durations, sizes, rates, addresses. */
@NullMarked
package io.holdfast.loadtest.units;

import org.jspecify.annotations.NullMarked;
