/**
 * The configuration file: YAML to immutable records that check themselves, and from them the {@link
 * io.holdfast.model.Snapshot} that everything else reads. {@link io.holdfast.config.ConfigLoader}
 * is the way in. One record per section of the file; each reads and checks its own keys, says in
 * {@link io.holdfast.config.Option} what each is for, and compiles itself. The JSON Schema and the
 * reference page in the docs are generated from these records.
 */
@NullMarked
package io.holdfast.config;

import org.jspecify.annotations.NullMarked;
