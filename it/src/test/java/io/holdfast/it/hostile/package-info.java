/**
 * Bad input from clients and backends, each with what the gateway must do about it: a clear answer
 * or a clean close, a counter, nothing leaked, and the next client served. Backends here write and
 * record exact bytes, so that what reached them can be compared with what was sent.
 */
@NullMarked
package io.holdfast.it.hostile;

import org.jspecify.annotations.NullMarked;
