package io.holdfast.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How backends with TLS are verified.
 *
 * @param verify false takes any certificate; a warning says so at start
 * @param ca PEM file of the authorities to trust; null for the system's
 * @param serverName name to ask for and to verify; null for the backend's host
 */
public record UpstreamTls(boolean verify, @Nullable Path ca, @Nullable String serverName) {}
