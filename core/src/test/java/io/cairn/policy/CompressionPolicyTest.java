// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionPolicyTest {
  private static final long LARGE = 1L << 30;

  @ParameterizedTest
  @CsvSource({
    "1073741824, 0.84, 1200e6, 1000e6, true", // the disk is slower
    "1073741824, 0.84, 1200e6, 1300e6, false", // the disk is faster
    "1073741824, 0.96, 1200e6, 100e6, false", // not enough is gained
    "1073741824, 0.95, 1200e6, 1200e6, true",
    "16777215, 0.84, 1200e6, 100e6, false", // too small to matter
    "16777216, 0.84, 1200e6, 100e6, true",
    "1073741824, 0.84, 1200e6, 0, false" // nobody knows the disk yet
  })
  void autoNeverSlowsTheWriterDown(
      long bytes, double ratio, double compression, double disk, boolean compresses) {
    CompressionPolicy.Outlook outlook =
        new CompressionPolicy.Outlook(bytes, ratio, compression, disk);
    assertThat(CompressionPolicy.AUTO.compresses(outlook)).isEqualTo(compresses);
  }

  @Test
  void theOthersDoNotAsk() {
    CompressionPolicy.Outlook outlook = new CompressionPolicy.Outlook(LARGE, 0.5, 1e9, 1e8);
    assertThat(CompressionPolicy.NONE.compresses(outlook)).isFalse();
    assertThat(CompressionPolicy.FAST.compresses(outlook)).isTrue();
    assertThat(CompressionPolicy.AUTO).hasToString("auto");
    assertThat(CompressionPolicy.AUTO.depends()).isTrue();
    assertThat(CompressionPolicy.FAST.depends()).isFalse();
  }
}
