package io.holdfast.wrong.misc;

/** In a package that no rule knows. */
public final class Stray {}
