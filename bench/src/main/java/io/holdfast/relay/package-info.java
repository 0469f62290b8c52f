/** What a relayed message costs. In the package of what it measures, which nobody else may call. */
@NullMarked
package io.holdfast.relay;

import org.jspecify.annotations.NullMarked;
