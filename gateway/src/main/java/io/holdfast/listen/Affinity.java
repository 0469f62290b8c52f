package io.holdfast.listen;

import io.holdfast.balance.AffinityCookie;
import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.PromiseTable;
import io.holdfast.balance.Wish;
import io.holdfast.model.AffinityPolicy;
import io.holdfast.model.ClientKey;
import io.holdfast.model.HashAffinity;
import io.holdfast.model.TableAffinity;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * What brings the client of one request back to its backend: the promise that the request carries,
 * and how it is renewed.
 */
final class Affinity {
  private final Balancer balancer;
  private final AffinityCookie.@Nullable Promise cookie;

  /** Hash of the client's key in the table; null for none. */
  private final @Nullable Long client;

  private final Wish wish;

  Affinity(Request request, Balancer balancer) {
    this.balancer = balancer;
    this.cookie = promise(request.head(), balancer.cookie());
    ClientKey by = balancer.key();
    long key = by == null ? 0 : Wish.hashOrAny(ClientKeys.of(by, request));
    AffinityPolicy policy = balancer.service().affinity();
    PromiseTable table = balancer.promises();
    Long home = null;
    Long known = null;
    if (policy != null && policy.kind() instanceof HashAffinity hash) {
      home = hash(hash.key(), request);
    } else if (policy != null && policy.kind() instanceof TableAffinity in) {
      known = hash(in.key(), request);
    }
    this.client = known;
    Long promised = cookie == null ? null : cookie.backend();
    if (table != null && known != null) {
      promised = table.find(known);
    }
    this.wish = new Wish(promised, home, key);
  }

  private static @Nullable Long hash(ClientKey key, Request request) {
    String value = ClientKeys.of(key, request);
    return value == null || value.isEmpty() ? null : Wish.hash(value);
  }

  /** The first of our cookies that promises something; null for none. */
  private static AffinityCookie.@Nullable Promise promise(
      HttpRequest head, @Nullable AffinityCookie cookie) {
    if (cookie == null) {
      return null;
    }
    for (String name : cookie.names()) {
      for (String value : Cookies.values(head.headers(), name)) {
        AffinityCookie.Promise promise = cookie.read(value);
        if (promise != null) {
          return promise;
        }
      }
    }
    return null;
  }

  /** What is asked of a choice. */
  Wish wish() {
    return wish;
  }

  /** {@code backend} is tried, and its client's next request is to come there too. */
  void onTry(LiveBackend backend) {
    if (balancer.promises() != null && client != null) {
      balancer.promises().promise(client, backend);
    }
  }

  /**
   * {@code backend} has answered: the promise is made or renewed, if need be.
   *
   * @param from headers of its answer
   * @param to headers of the answer to the client
   * @param secure whether the client came over TLS
   */
  void onAnswer(LiveBackend backend, HttpHeaders from, HttpHeaders to, boolean secure) {
    AffinityCookie ours = balancer.cookie();
    boolean kept = cookie != null && cookie.fresh() && cookie.backend() == backend.id();
    if (ours != null && !kept) {
      ours.issue(backend, secure).forEach(value -> to.add(HttpHeaderNames.SET_COOKIE, value));
    }
    AffinityPolicy policy = balancer.service().affinity();
    if (balancer.promises() != null
        && policy != null
        && policy.kind() instanceof TableAffinity table
        && table.learnt()) {
      String value = Cookies.setTo(from, table.key().name());
      if (value != null) {
        balancer.promises().promise(Wish.hash(value), backend);
      }
    }
  }
}
