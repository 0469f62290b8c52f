package io.holdfast.model;

import java.nio.file.Path;

/**
 * The certificate of a TLS listener.
 *
 * @param certificate PEM file with the chain, leaf first
 * @param key PEM file with the PKCS#8 private key, without a password
 */
public record ListenerTls(Path certificate, Path key) {}
