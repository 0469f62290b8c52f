/** Who may connect, and as whom. */
@NullMarked
package io.holdfast.chat.auth;

import org.jspecify.annotations.NullMarked;
