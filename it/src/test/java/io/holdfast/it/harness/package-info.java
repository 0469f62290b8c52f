/**
 * What every black-box test stands on: real processes (the gateway, echo backends, Node scripts)
 * with their logs, signals and file descriptors, and a client that writes exact bytes. Everything
 * is closed by try-with-resources, and closing a gateway fails the test when its log shows a leak
 * or a stack trace.
 */
@NullMarked
package io.holdfast.it.harness;

import org.jspecify.annotations.NullMarked;
