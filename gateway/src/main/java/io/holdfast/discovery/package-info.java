/**
 * Backends of which the configuration has only a name. What was {@link io.holdfast.discovery.Found}
 * is put in place of the name before a configuration comes into force, so that a backend that
 * appears or vanishes goes the way of one that a reload adds or removes.
 */
@NullMarked
package io.holdfast.discovery;

import org.jspecify.annotations.NullMarked;
