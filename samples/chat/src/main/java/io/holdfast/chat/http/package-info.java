/** Plain HTTP: health and metrics. */
@NullMarked
package io.holdfast.chat.http;

import org.jspecify.annotations.NullMarked;
