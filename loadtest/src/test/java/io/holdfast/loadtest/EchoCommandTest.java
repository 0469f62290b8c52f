package io.holdfast.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoCommandTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--listen nope | 'nope' is not an address such as 127.0.0.1:9101, [::1]:9101 or :9101",
        "--listen :99999 | ':99999' is not an address such as",
        "--listen no-such-host.invalid:1 | 'no-such-host.invalid' is not a known host",
        "--threads 0 | threads is 0, expected 1 to 1024",
        "--threads 100000 | threads is 100000, expected 1 to 1024",
      })
  void refusesWrongUsage(String line, String complaint) {
    Cli run = Cli.run(new EchoCommand(), line.split(" ", -1));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(complaint);
  }

  @Test
  void saysWhyAnAddressCannotBeBound() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();

      Cli inUse = Cli.run(new EchoCommand(), "--listen", address);
      Cli elsewhere = Cli.run(new EchoCommand(), "--listen", "192.0.2.1:0");

      assertThat(inUse.code()).isEqualTo(1);
      assertThat(inUse.err())
          .isEqualToIgnoringNewLines(
              "holdfast echo: cannot listen on "
                  + address
                  + ": the address is in use by another process");
      assertThat(elsewhere.code()).isEqualTo(1);
      assertThat(elsewhere.err())
          .contains("cannot listen on 192.0.2.1:0: this machine has no such address");
    }
  }
}
