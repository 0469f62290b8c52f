/**
 * The gateway at work in one process: {@link io.holdfast.app.demo.DemoCommand} starts three nodes
 * of the sample chat and, in front of them, the gateway that people would run; a page and a chat go
 * through it.
 */
@NullMarked
package io.holdfast.app.demo;

import org.jspecify.annotations.NullMarked;
