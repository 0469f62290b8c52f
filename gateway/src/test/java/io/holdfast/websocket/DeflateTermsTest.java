package io.holdfast.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is offered, taken and told of compression where relays move. */
final class DeflateTermsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "'' | none",
        "x-other | none",
        "permessage-deflate"
            + " | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; client_max_window_bits"
            + " | permessage-deflate; client_max_window_bits; server_no_context_takeover;"
            + " client_no_context_takeover",
        "x-a, permessage-deflate;server_no_context_takeover"
            + " | permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate"
            + " | permessage-deflate; server_max_window_bits=10; server_no_context_takeover;"
            + " client_no_context_takeover, permessage-deflate; server_no_context_takeover;"
            + " client_no_context_takeover",
      })
  void onlyMessagesByThemselvesAreOffered(String offer, @Nullable String narrowed) {
    assertThat(DeflateTerms.narrow(offer)).isEqualTo(narrowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | true",
        "permessage-deflate; server_no_context_takeover | true",
        "permessage-deflate; Server_No_Context_Takeover; server_max_window_bits=\"10\" | true",
        "permessage-deflate | false",
        "permessage-deflate; client_no_context_takeover | false",
        "x-other; server_no_context_takeover | false",
        "permessage-deflate; server_no_context_takeover, x-other | false",
      })
  void anAnswerWithAContextAllowsNoMoves(String answer, boolean allows) {
    assertThat(DeflateTerms.allowMoves(answer)).isEqualTo(allows);
  }

  @Test
  void theClientIsBoundToo() {
    assertThat(DeflateTerms.forClient("permessage-deflate; server_no_context_takeover"))
        .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    assertThat(DeflateTerms.forClient("")).isEmpty();
  }

  @Test
  void orderAndWhatBindsTheClientAloneDoNotMatter() {
    String one = "permessage-deflate; server_no_context_takeover; server_max_window_bits=10";
    String same =
        "permessage-deflate;server_max_window_bits=\"10\";client_no_context_takeover;"
            + "server_no_context_takeover";
    assertThat(DeflateTerms.canonical(one)).isEqualTo(DeflateTerms.canonical(same));
    assertThat(DeflateTerms.canonical(one))
        .isNotEqualTo(DeflateTerms.canonical("permessage-deflate; server_no_context_takeover"));
  }
}
