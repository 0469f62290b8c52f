package io.holdfast.wrong.balance;

/** In a package without a package-info. */
public final class Unmarked {}
