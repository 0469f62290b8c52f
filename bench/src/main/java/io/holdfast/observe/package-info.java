/**
 * What counting and logging cost. In the package of what it measures, which nobody else may call.
 */
@NullMarked
package io.holdfast.observe;

import org.jspecify.annotations.NullMarked;
