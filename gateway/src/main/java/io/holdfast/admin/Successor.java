package io.holdfast.admin;

/**
 * The process that has a gateway's place now.
 *
 * @param pid its process id
 * @param asidePort where the admin listener of the one before is meanwhile; 0 for nowhere
 */
public record Successor(long pid, int asidePort) {}
