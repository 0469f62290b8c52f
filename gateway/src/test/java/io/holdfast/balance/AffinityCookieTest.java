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
import java.util.List;
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
        service, CookieAffinity.of("HOLDFAST", DAY, secret), processSecret, clock);
  }

  private static String value(String setCookie) {
    return setCookie.substring(setCookie.indexOf('=') + 1, setCookie.indexOf(';'));
  }

  private String issued() {
    return value(cookie.issue(live, false).getFirst());
  }

  @Test
  void promisesABackend() {
    AffinityCookie.Promise promise = requireNonNull(cookie.read(issued()));
    assertThat(promise.backend()).isEqualTo(live.id());
    assertThat(promise.fresh()).isTrue();
  }

  @Test
  void hasItsAttributes() {
    assertThat(cookie.issue(live, false).getFirst())
        .matches("HOLDFAST=[A-Za-z0-9_-]+; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax");
    assertThat(cookie.issue(live, true).getFirst()).endsWith("; HttpOnly; SameSite=Lax; Secure");
    assertThat(cookie.issue(live, true).getFirst())
        .as("nothing of the inside")
        .doesNotContain("8000");
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
    String configured = value(of("chat", "configured", "one").issue(live, false).getFirst());
    assertThat(of("chat", "configured", "two").read(configured))
        .as("a configured secret outlives the process")
        .isNotNull();
  }

  @Test
  void aBackendHasTheSameIdInEveryProcess() {
    assertThat(new LiveBackends().of("chat", backend("a", 9)).id()).isEqualTo(live.id());
    assertThat(new LiveBackends().of("talk", backend("a", 1)).id()).isNotEqualTo(live.id());
  }

  private AffinityCookie of(CookieAffinity config) {
    return new AffinityCookie("chat", config, "process secret", clock);
  }

  @Test
  void attributesAreThoseOfTheConfiguration() {
    AffinityCookie other =
        of(
            new CookieAffinity(
                "S",
                "/ws",
                "example.com",
                CookieAffinity.SameSite.NONE,
                false,
                Duration.ofHours(1),
                null,
                List.of()));
    assertThat(other.issue(live, false))
        .singleElement()
        .asString()
        .matches(
            "S=[A-Za-z0-9_-]+; Path=/ws; Domain=example.com; Max-Age=3600; HttpOnly;"
                + " SameSite=None; Secure");
  }

  @Test
  void theTwinForOtherSitesComesOverTlsAlone() {
    AffinityCookie twins =
        of(
            new CookieAffinity(
                "S", "/", null, CookieAffinity.SameSite.LAX, true, DAY, null, List.of()));
    assertThat(twins.names()).containsExactly("S", "S_X");
    assertThat(twins.issue(live, false)).hasSize(1);
    List<String> both = twins.issue(live, true);
    assertThat(both.getFirst()).endsWith("; HttpOnly; SameSite=Lax; Secure");
    assertThat(both.getLast())
        .startsWith("S_X=")
        .endsWith("; HttpOnly; SameSite=None; Secure; Partitioned");
    assertThat(requireNonNull(twins.read(value(both.getLast()))).backend()).isEqualTo(live.id());
  }

  @Test
  void anOldSecretIsBelievedAndReplaced() {
    String old = value(of("chat", "the old secret", "x").issue(live, false).getFirst());
    AffinityCookie rotated =
        of(
            new CookieAffinity(
                "HOLDFAST",
                "/",
                null,
                CookieAffinity.SameSite.LAX,
                false,
                DAY,
                "the new secret",
                List.of("older still", "the old secret")));

    AffinityCookie.Promise promise = requireNonNull(rotated.read(old));
    assertThat(promise.backend()).isEqualTo(live.id());
    assertThat(promise.fresh()).as("to be signed anew").isFalse();
    String fresh = value(rotated.issue(live, false).getFirst());
    assertThat(requireNonNull(rotated.read(fresh)).fresh()).isTrue();
    assertThat(of("chat", "the old secret", "x").read(fresh)).isNull();
  }
}
