package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientKeysTest {
  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, 203.0.113.9",
    "::ffff:203.0.113.9, 203.0.113.9",
    "2001:db8:1:2:3:4:5:6, 20010db800010002",
    "2001:db8:1:2::, 20010db800010002",
    "2001:db8:1:3::, 20010db800010003",
    "unknown, unknown",
  })
  void anAddressCountsAsWhoItIs(String literal, String key) {
    assertThat(ClientKeys.address(literal)).isEqualTo(key);
  }
}
