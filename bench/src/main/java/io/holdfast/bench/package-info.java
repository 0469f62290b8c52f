/** Microbenchmarks of what runs for every message. */
@NullMarked
package io.holdfast.bench;

import org.jspecify.annotations.NullMarked;
