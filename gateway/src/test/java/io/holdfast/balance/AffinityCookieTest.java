package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.CookieAffinity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AffinityCookieTest {
  private static final Duration DAY = Duration.ofHours(24);

  private final LiveBackend live = new LiveBackends().of("chat", backend("a", 1));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  private final AffinityCookie cookie = of("chat", null, "process secret");

  private AffinityCookie of(String service, @Nullable String secret, String processSecret) {
    return new AffinityCookie(
        service, new CookieAffinity("HOLDFAST", DAY, secret), processSecret, clock);
  }

  private static String value(String setCookie) {
    return setCookie.substring(setCookie.indexOf('=') + 1, setCookie.indexOf(';'));
  }

  private String issued() {
    return value(cookie.issue(live, false));
  }

  @Test
  void promisesABackend() {
    AffinityCookie.Promise promise = requireNonNull(cookie.read(issued()));
    assertThat(promise.backend()).isEqualTo(live.id());
    assertThat(promise.fresh()).isTrue();
  }

  @Test
  void hasItsAttributes() {
    assertThat(cookie.issue(live, false))
        .matches("HOLDFAST=[A-Za-z0-9_-]+; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax");
    assertThat(cookie.issue(live, true)).endsWith("; HttpOnly; SameSite=Lax; Secure");
    assertThat(cookie.issue(live, true)).as("nothing of the inside").doesNotContain("8000");
  }

  @Test
  void isToBeRenewedFromHalfOfItsLife() {
    String value = issued();
    now = now.plus(DAY.dividedBy(2)).minusMillis(1);
    assertThat(requireNonNull(cookie.read(value)).fresh()).isTrue();
    now = now.plusMillis(1);
    assertThat(requireNonNull(cookie.read(value)).fresh()).isFalse();
  }

  @Test
  void expires() {
    String value = issued();
    now = now.plus(DAY).minusMillis(1);
    assertThat(cookie.read(value)).isNotNull();
    now = now.plusMillis(1);
    assertThat(cookie.read(value)).isNull();
  }

  @Test
  void anyChangedBitBreaksIt() {
    byte[] bytes = Base64.getUrlDecoder().decode(issued());
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(cookie.read(Base64.getUrlEncoder().encodeToString(bytes)))
          .as("bit %d", bit)
          .isNull();
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertThat(cookie.read(Base64.getUrlEncoder().encodeToString(bytes))).isNotNull();
  }

  @Test
  void nonsenseIsNoPromise() {
    for (String value : new String[] {"", "x", "%%%", "AAAA", issued() + "AA", "é", " "}) {
      assertThat(cookie.read(value)).as(value).isNull();
    }
  }

  @Test
  void countsForItsServiceAlone() {
    assertThat(of("other", null, "process secret").read(issued())).isNull();
  }

  @Test
  void countsForItsSecretAlone() {
    assertThat(of("chat", null, "another process").read(issued())).isNull();
    assertThat(of("chat", "configured", "process secret").read(issued())).isNull();
    String configured = value(of("chat", "configured", "one").issue(live, false));
    assertThat(of("chat", "configured", "two").read(configured))
        .as("a configured secret outlives the process")
        .isNotNull();
  }

  @Test
  void aBackendHasTheSameIdInEveryProcess() {
    assertThat(new LiveBackends().of("chat", backend("a", 9)).id()).isEqualTo(live.id());
    assertThat(new LiveBackends().of("talk", backend("a", 1)).id()).isNotEqualTo(live.id());
  }
}
