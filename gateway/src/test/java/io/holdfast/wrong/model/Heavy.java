package io.holdfast.wrong.model;

import io.netty.buffer.ByteBuf;

/** A model that knows Netty. */
public record Heavy(ByteBuf bytes) {}
