/**
 * Deploys: from one group of a service to another, step by step, and back by themselves when
 * anything fails.
 */
@NullMarked
package io.holdfast.lifecycle.deploy;

import org.jspecify.annotations.NullMarked;
