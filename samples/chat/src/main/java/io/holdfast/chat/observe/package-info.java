/** What is counted, for Prometheus. */
@NullMarked
package io.holdfast.chat.observe;

import org.jspecify.annotations.NullMarked;
