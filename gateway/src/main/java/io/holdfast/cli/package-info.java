/**
 * The command line: one class per command, each with help, examples and exit codes. Commands turn
 * arguments into calls and answers into text, and do nothing else.
 */
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
