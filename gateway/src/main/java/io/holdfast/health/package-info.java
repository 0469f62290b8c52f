/**
 * Whether backends are well: probes that ask them, ejection by what clients meet there, and what
 * operators say. It all comes together in {@link io.holdfast.balance.LiveBackend#standing}.
 */
@NullMarked
package io.holdfast.health;

import org.jspecify.annotations.NullMarked;
