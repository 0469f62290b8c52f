/** Microbenchmarks of what can be called from anywhere. */
@NullMarked
package io.holdfast.bench;

import org.jspecify.annotations.NullMarked;
