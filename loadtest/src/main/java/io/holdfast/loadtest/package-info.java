/**
 * The commands {@code echo}, {@code connect} and {@code loadtest}: thin picocli classes that read
 * options, run what the packages below do, and turn the outcome into text and an exit code.
 */
@NullMarked
package io.holdfast.loadtest;

import org.jspecify.annotations.NullMarked;
