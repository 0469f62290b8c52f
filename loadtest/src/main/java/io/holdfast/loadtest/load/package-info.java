/**
 * The load test: many connections, every echo checked, latencies counted from when a message was
 * due.
 *
 * <p>{@link io.holdfast.loadtest.load.LoadRun} leads through the phases (open, warm up, measure,
 * drain, close) from its own thread; each {@link io.holdfast.loadtest.load.LoadWorker} owns one
 * event loop with its connections and counters, without locks; {@link
 * io.holdfast.loadtest.load.LoadReport} is what comes out.
 */
@NullMarked
package io.holdfast.loadtest.load;

import org.jspecify.annotations.NullMarked;
