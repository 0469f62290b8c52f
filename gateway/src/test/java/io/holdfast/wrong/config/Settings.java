package io.holdfast.wrong.config;

/** What the data path must not see. */
public record Settings(int port) {}
