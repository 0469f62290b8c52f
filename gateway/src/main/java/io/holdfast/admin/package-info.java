/**
 * The admin listener: health, metrics and the API under {@code /api/v1}, each request on a virtual
 * thread of its own. It knows the gateway only by {@link io.holdfast.admin.GatewayControl}, writes
 * the records of {@code control} that it hands out as JSON, component by component, and decides
 * nothing; {@code docs/admin.md} describes what it answers.
 */
@NullMarked
package io.holdfast.admin;

import org.jspecify.annotations.NullMarked;
