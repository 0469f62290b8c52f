package io.holdfast.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ParsersTest {

  @ParameterizedTest
  @CsvSource({"250ms, PT0.25S", "10s, PT10S", "5m, PT5M", "24h, PT24H", "7d, PT168H"})
  void readsDurations(String text, Duration expected) {
    assertThat(Parsers.duration(text)).isEqualTo(expected);
    assertThat(Parsers.durationOrOff(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "off", "0s", "0ms", "000h"})
  void readsZeroDurationsWhereTheyMeanSomething(String text) {
    assertThat(Parsers.durationOrOff(text)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parsers.duration(text))
        .withMessage("expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "1.5s",
        "-1s",
        "10 s",
        "10S",
        "1h30m",
        "9999999999s",
        "4000d",
        "٣s"
      })
  void refusesWhatIsNoDuration(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parsers.durationOrOff(text))
        .withMessage("expected a duration such as 250ms, 10s, 5m, 24h or 7d, or off");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "512, 512",
    "7B, 7",
    "16KiB, 16384",
    "1MiB, 1048576",
    "2GiB, 2147483648",
    "999999999GiB, 1073741822926258176"
  })
  void readsSizes(String text, long bytes) {
    assertThat(Parsers.size(text)).isEqualTo(new Size(bytes));
    assertThat(Parsers.sizeOrOff(text)).isEqualTo(new Size(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "off"})
  void readsNoSizeWhereItMeansSomething(String text) {
    assertThat(Parsers.sizeOrOff(text)).isEqualTo(new Size(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Parsers.size(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1KB", "1K", "1 KiB", "-1", "1.5MiB", "9999999999GiB", "0KiB"})
  void refusesWhatIsNoSize(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parsers.sizeOrOff(text))
        .withMessage("expected a size such as 512, 16KiB, 1MiB or 1GiB, or off");
  }

  @ParameterizedTest
  @CsvSource({"5/s, 5", "300/m, 5", "1800/h, 0.5"})
  void readsRates(String text, double perSecond) {
    assertThat(Parsers.rate(text)).isEqualTo(new Rate(perSecond));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "0/s", "5/d", "-5/s", "5 / s", "off"})
  void refusesWhatIsNoRate(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parsers.rate(text))
        .withMessage("expected a rate above zero such as 5/s, 300/m or 1000/h");
  }

  @ParameterizedTest
  @CsvSource({"0%, 0", "20%, 0.2", "100%, 1"})
  void readsShares(String text, double fraction) {
    assertThat(Parsers.share(text)).isEqualTo(new Share(fraction));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "101%", "20", "0.2", "-1%"})
  void refusesWhatIsNoShare(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parsers.share(text))
        .withMessage("expected a share from 0% to 100%");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "11", "x", "-3", "3.0", "99999999999", "0x3"})
  void refusesNumbersOutOfBounds(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Parsers.number(2, 10).parse(text))
        .withMessage("expected a whole number from 2 to 10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a",
        "a-",
        "a b",
        "ä",
        "a/b",
        ".",
        "a23456789012345678901234567890123456789012345678901234567890123456789"
      })
  void refusesWhatIsNoName(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Parsers.name(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "chat", "chat-eu.1", "a_b"})
  void readsNames(String text) {
    assertThat(Parsers.name(text)).isEqualTo(text);
  }
}
