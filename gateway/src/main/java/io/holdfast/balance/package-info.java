/**
 * Which backend takes a connection: affinity first, then the algorithm. {@link
 * io.holdfast.balance.LiveBackend} holds what is known of a backend beside its configuration, which
 * outlives any reload; a {@link io.holdfast.balance.Balancer} is one service as configured now.
 */
@NullMarked
package io.holdfast.balance;

import org.jspecify.annotations.NullMarked;
