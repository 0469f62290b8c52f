package io.holdfast.wrong;

/** Stands for the composition root. */
public final class Root {}
