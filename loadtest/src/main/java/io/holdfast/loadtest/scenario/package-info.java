/**
 * Load tests that go by a script: {@link io.holdfast.loadtest.scenario.Scenario} says how many
 * users there are when, and what they say; a {@link io.holdfast.loadtest.scenario.Crew} of each
 * event loop plays its share of them, each a {@link io.holdfast.loadtest.scenario.User} with a
 * {@link io.holdfast.loadtest.scenario.Line} to the server; what they measure is collected each
 * second, from other processes as well, and judged by the thresholds of each stage.
 */
@NullMarked
package io.holdfast.loadtest.scenario;

import org.jspecify.annotations.NullMarked;
