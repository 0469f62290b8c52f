/** Backends that are the addresses of a name in DNS. */
@NullMarked
package io.holdfast.discovery.dns;

import org.jspecify.annotations.NullMarked;
