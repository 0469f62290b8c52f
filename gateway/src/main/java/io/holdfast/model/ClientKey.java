package io.holdfast.model;

/**
 * What of a request tells one client from another.
 *
 * @param source where it is found
 * @param name of the header (lower case), cookie or query parameter; empty for the others
 */
public record ClientKey(Source source, String name) {

  /** Where a key is found. */
  public enum Source {
    /** The client's address, behind trusted proxies; of IPv6 the first 64 bits. */
    IP,
    /** The request's path. */
    PATH,
    /** The first header of that name. */
    HEADER,
    /** The first cookie of that name. */
    COOKIE,
    /** The first query parameter of that name. */
    QUERY
  }

  /** The client's address. */
  public static final ClientKey ADDRESS = new ClientKey(Source.IP, "");
}
