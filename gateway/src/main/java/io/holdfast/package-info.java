/**
 * Holdfast, a WebSocket-first load balancer and gateway. {@code Holdfast} puts the parts together;
 * the packages below it tell a connection's life, in this order: {@code listen}, {@code route},
 * {@code admit}, {@code balance}, {@code upstream}, {@code relay}.
 */
@NullMarked
package io.holdfast;

import org.jspecify.annotations.NullMarked;
