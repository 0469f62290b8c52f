/**
 * What reading a request's head costs. In the package of what it measures, which nobody else may
 * call.
 */
@NullMarked
package io.holdfast.listen;

import org.jspecify.annotations.NullMarked;
