/**
 * Reads YAML text into a tree whose every value knows its place, and that tree into values of a
 * known kind. Whatever is wrong is collected in {@link io.holdfast.config.source.Problems} with its
 * place, so that a user sees all of it at once; reading goes on with a stand-in value meanwhile.
 * Nothing here knows an option's name.
 */
@NullMarked
package io.holdfast.config.source;

import org.jspecify.annotations.NullMarked;
