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
  private final CheckpointEvents events;
  private double plainBytesPerSecond;
  private boolean told;

  CompressionChooser(CompressionPolicy policy, int threads, CheckpointEvents events) {
    this.policy = policy;
    this.threads = threads;
    this.events = events;
  }

  /** The image with a plan, if it is to be compressed. */
  PartImage choose(PartImage image) throws IOException {
    if (policy == CompressionPolicy.NONE || (policy.depends() && plainBytesPerSecond == 0)) {
      return image; // nothing to look at yet
    }
    if (!isPossible()) {
      return image;
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

  /** Who wants it only where it pays goes on without, and is told once. */
  private boolean isPossible() throws IOException {
    try {
      CompressionPlan.requirePossible();
      return true;
    } catch (IOException e) {
      if (!policy.depends()) {
        throw e;
      }
      if (!told) {
        told = true;
        events.warned("Snapshots are not compressed: " + e.getMessage());
      }
      return false;
    }
  }

  /** Learns how long a snapshot took. */
  void written(PartImage image, Duration time) {
    if (image.plan().isEmpty()) {
      plainBytesPerSecond = image.state().dataBytes() / (Math.max(1, time.toNanos()) / 1e9);
    }
  }
}
