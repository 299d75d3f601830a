// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/**
 * How much is measured, and how often.
 *
 * @param stallMegabytes sizes of states
 * @param writeMegabytes the size of the state that is written
 * @param restoreMegabytes the size of the state that is restored
 * @param smallTensors how many tensors of 1 KiB
 * @param ranks parts of a snapshot in the full folder
 * @param snapshots snapshots in the full folder
 * @param sampleMegabytes bytes to compress
 * @param peerMegabytes the sizes of the peers' models
 * @param trainings which models are trained
 * @param trainingSeconds about how long
 * @param forks processes for each figure
 * @param shots measurements in each
 * @param leftOut what does not fit this machine
 */
record Size(
    List<String> stallMegabytes,
    String writeMegabytes,
    String restoreMegabytes,
    String smallTensors,
    String ranks,
    String snapshots,
    String sampleMegabytes,
    List<String> peerMegabytes,
    List<String> trainings,
    String trainingSeconds,
    int forks,
    int shots,
    List<String> leftOut) {
  /** State, staging, what is being written, and the rest of the machine. */
  private static final long LARGEST_NEEDS_BYTES = 14L << 30;

  private static final String LARGEST = "4096";
  private static final int FULL_SHOTS = 10;
  private static final int BRIEF_SHOTS = 3;

  static Size named(String name) {
    return switch (name) {
      case "full" -> full(FULL_SHOTS);
      case "brief" -> full(BRIEF_SHOTS);
      case "quick" -> quick();
      default ->
          throw new IllegalArgumentException("The size is full, brief or quick, not " + name);
    };
  }

  private static Size full(int shots) {
    List<String> stall = new ArrayList<>(List.of("64", "512"));
    List<String> leftOut = new ArrayList<>();
    if (memoryBytes() >= LARGEST_NEEDS_BYTES) {
      stall.add(LARGEST);
    } else {
      leftOut.add(LARGEST + " MiB: needs 14 GiB of memory, this machine has less");
    }
    return new Size(
        stall,
        "1024",
        "512",
        "100000",
        "1000",
        "20",
        "128",
        List.of("64", "512"),
        List.of("bank", "wide"),
        "60",
        3,
        shots,
        leftOut);
  }

  /** Proves that all of it runs; the figures mean nothing. */
  private static Size quick() {
    return new Size(
        List.of("4"),
        "8",
        "8",
        "1000",
        "10",
        "3",
        "2",
        List.of("8"),
        List.of("bank", "narrow"),
        "1",
        1,
        1,
        List.of("everything at its real size: this was a quick run, and its figures mean nothing"));
  }

  /** Whether the noise between forks is looked at only where it matters most. */
  boolean isBrief() {
    return shots <= BRIEF_SHOTS;
  }

  /** As many as the peer's largest model has. */
  String rounds() {
    return peerMegabytes.get(peerMegabytes.size() - 1);
  }

  static long memoryBytes() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  /** Says so to JMH. */
  void apply(ChainedOptionsBuilder options) {
    options
        .forks(forks)
        .warmupIterations(Math.min(2, shots))
        .measurementIterations(shots)
        .param("rounds", rounds())
        .param("snapshots", snapshots)
        .param("ranks", ranks)
        .param("kilobytes", smallTensors)
        .param("model", trainings.toArray(String[]::new))
        .param("seconds", trainingSeconds);
  }

  /** The sizes in MiB for the benchmarks of one class. */
  List<String> megabytes(Class<?> benchmark) {
    if (benchmark == StallBenchmark.class) {
      return stallMegabytes;
    }
    if (benchmark == PeerBenchmark.class) {
      return peerMegabytes;
    }
    if (benchmark == WriteBenchmark.class) {
      return List.of(writeMegabytes);
    }
    return List.of(benchmark == RestoreBenchmark.class ? restoreMegabytes : sampleMegabytes);
  }
}
