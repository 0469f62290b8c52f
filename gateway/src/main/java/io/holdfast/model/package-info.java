/**
 * The compiled configuration: an immutable {@link io.holdfast.model.Snapshot} that the data path
 * reads. Nothing here parses, does I/O or knows a library beside the JDK. {@code config} makes
 * snapshots, {@code control} swaps them, everybody else only reads.
 *
 * <p>Everywhere a {@link java.time.Duration#ZERO zero} duration means "off", unless said otherwise.
 */
@NullMarked
package io.holdfast.model;

import org.jspecify.annotations.NullMarked;
