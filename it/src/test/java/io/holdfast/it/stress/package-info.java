/**
 * Many relays at once whose peers do what chance tells them: every byte that arrives is compared
 * with what was sent.
 */
@NullMarked
package io.holdfast.it.stress;

import org.jspecify.annotations.NullMarked;
