/**
 * The gateway at work in one process: {@link io.holdfast.app.demo.DemoCommand} starts three
 * backends and, in front of them, the gateway that people would run; a page and a chat go through
 * it. The backends share one event loop, so that what they know of each other needs no locks.
 */
@NullMarked
package io.holdfast.app.demo;

import org.jspecify.annotations.NullMarked;
