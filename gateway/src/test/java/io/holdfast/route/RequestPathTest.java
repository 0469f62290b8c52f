package io.holdfast.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestPathTest {

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a/b?c=/../d, /a/b",
    "/?, /",
    "//a//b/, //a//b/",
    "/%61dmin, /admin",
    "/%41%7e%2D%5f, /A~-_",
    "/a%2fb, /a%2Fb",
    "/a%2fb..c, /a%2Fb..c",
    "/a%5c.b, /a%5C.b",
    "/caf%c3%a9, /caf%C3%A9",
    "/%25%61, /%25a",
    "/%252e%252e/a, /%252e%252e/a",
    "/.well-known/x, /.well-known/x",
    "/..., /...",
    "/a.b/..c, /a.b/..c",
    "/a;p=1/b, /a;p=1/b",
  })
  void readsPaths(String target, String expected) {
    assertThat(RequestPath.of(target)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/.",
        "/a/../b",
        "/a/./b",
        "/a/..",
        "/a/.",
        "/a/%2e%2e/b",
        "/a/%2E./b",
        "/a/.%2e",
        "/%2e",
        "/a/..;/b",
        "/a/.;x=1",
        "/a/..?q",
        "/a/..%2Fb",
        "/a/..%2fb",
        "/a%2f../b",
        "/a/..%5Cb",
        "/a/..\\b",
        "/a\\.\\b",
        "/a/%2e%2e%2fb",
        "/a%5c.."
      })
  void refusesDotSegments(String target) {
    assertThat(RequestPath.of(target)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "a/b",
        "http://a/b",
        "/%",
        "/%4",
        "/%zz",
        "/a%4",
        "/%٤1",
        "/a%00b",
        "/a#b"
      })
  void refusesWhatIsNoPath(String target) {
    assertThat(RequestPath.of(target)).isNull();
  }
}
