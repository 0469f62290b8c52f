/** One client on one node, whatever it is connected by. */
@NullMarked
package io.holdfast.chat.session;

import org.jspecify.annotations.NullMarked;
