/**
 * Finds the route of a request: phase 3 of a connection's life. {@link io.holdfast.route.Router} is
 * made once per snapshot and then only read; {@link io.holdfast.route.RequestPath} says on which
 * form of a path routes match; {@link io.holdfast.route.Ties} finds routes between which no rule
 * decides, which makes a config error.
 */
@NullMarked
package io.holdfast.route;

import org.jspecify.annotations.NullMarked;
