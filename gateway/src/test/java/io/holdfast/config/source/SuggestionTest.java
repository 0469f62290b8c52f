package io.holdfast.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionTest {

  private static final List<String> KNOWN =
      List.of("balance", "backends", "maxAge", "timeouts", "host");

  @ParameterizedTest
  @CsvSource({
    "blance, balance",
    "balacne, balance",
    "Balance, balance",
    "max_age, maxAge",
    "max-age, maxAge",
    "timeout, timeouts",
    "hots, host",
    "backend, backends"
  })
  void findsWhatWasMeant(String word, String meant) {
    assertThat(Suggestion.of(word, KNOWN)).isEqualTo("did you mean \"" + meant + "\"?");
  }

  @Test
  void listsAllWhenNoneIsNear() {
    assertThat(Suggestion.of("jwt", KNOWN))
        .isEqualTo("expected one of balance, backends, maxAge, timeouts, host");
  }

  @Test
  void saysWhenThereIsNothingToChooseFrom() {
    assertThat(Suggestion.of("x", List.of())).isEqualTo("none are known here");
  }
}
