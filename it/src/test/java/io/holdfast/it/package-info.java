/**
 * Black-box tests: each starts the distribution's real process and talks to it as a user would. No
 * test sees a class of the gateway.
 */
@NullMarked
package io.holdfast.it;

import org.jspecify.annotations.NullMarked;
