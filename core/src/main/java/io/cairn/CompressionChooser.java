// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.PartImage;
import io.cairn.policy.CompressionPolicy;
import io.cairn.staging.CompressionPlan;
import java.io.IOException;
import java.time.Duration;

/** Decides for each snapshot whether it is compressed. Writer thread only. */
final class CompressionChooser {
  private final CompressionPolicy policy;
  private final int threads;
  private double plainBytesPerSecond;

  CompressionChooser(CompressionPolicy policy, int threads) {
    this.policy = policy;
    this.threads = threads;
  }

  /** The image with a plan, if it is to be compressed. */
  PartImage choose(PartImage image) throws IOException {
    if (policy == CompressionPolicy.NONE || (policy.depends() && plainBytesPerSecond == 0)) {
      return image; // nothing to look at yet
    }
    CompressionPlan plan = image.state().planCompression();
    CompressionPolicy.Outlook outlook =
        new CompressionPolicy.Outlook(
            image.state().dataBytes(),
            plan.ratio(),
            plan.bytesPerSecond() * threads,
            plainBytesPerSecond);
    return policy.compresses(outlook) ? image.compressed(plan) : image;
  }

  /** Learns how long a snapshot took. */
  void written(PartImage image, Duration time) {
    if (image.plan().isEmpty()) {
      plainBytesPerSecond = image.state().dataBytes() / (Math.max(1, time.toNanos()) / 1e9);
    }
  }
}
