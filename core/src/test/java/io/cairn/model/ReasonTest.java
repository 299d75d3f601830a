// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

class ReasonTest {

  @Test
  void whatExplainsItselfIsTakenAsItIs() {
    assertThat(Reason.of(new IOException("Input/output error"))).isEqualTo("Input/output error");
    assertThat(Reason.of(new CorruptSnapshotException("cut"))).isEqualTo("cut");
    assertThat(
            Reason.of(new AccessDeniedException("s3://b/k", null, "the role needs s3:GetObject")))
        .isEqualTo("s3://b/k: the role needs s3:GetObject");
  }

  @Test
  void aMessageThatIsOnlyANameOrNothingIsExplained() {
    assertThat(Reason.of(new AccessDeniedException("/c/x.json")))
        .isEqualTo("java.nio.file.AccessDeniedException: /c/x.json");
    assertThat(Reason.of(new UnknownHostException("s3.example")))
        .isEqualTo("java.net.UnknownHostException: s3.example");
    assertThat(Reason.of(new IOException((String) null))).isEqualTo("java.io.IOException");
    assertThat(Reason.of(new ClosedByInterruptException()))
        .isEqualTo(
            "the file was closed while it was used, as it is when a thread that uses it is"
                + " interrupted (ClosedByInterruptException)");
  }
}
