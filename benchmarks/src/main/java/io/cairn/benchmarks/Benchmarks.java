// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks and writes what came out beside the goals: {@code benchmarks.md}, {@code
 * benchmarks.json} and plots. {@code benchmarks/README.md} has the line.
 */
public final class Benchmarks {
  private static final String ALL = "all";

  /** Until so many shots are over, the compiler takes one of the processors that should work. */
  private static final int WARMUPS = 20;

  private static final List<Class<?>> WARM =
      List.of(RestoreBenchmark.class, ManyTensorsBenchmark.class, CompressionBenchmark.class);

  private static final List<Class<?>> CLASSES =
      List.of(
          StallBenchmark.class,
          PeerBenchmark.class,
          XgboostBenchmark.class,
          WriteBenchmark.class,
          RestoreBenchmark.class,
          ManyTensorsBenchmark.class,
          CatalogBenchmark.class,
          CompressionBenchmark.class,
          TrainingBenchmark.class,
          OpenBenchmark.class);

  private Benchmarks() {}

  /**
   * Runs.
   *
   * @param arguments {@code full}, {@code brief} or {@code quick}, and the simple names of classes,
   *     with commas, or {@code all}
   */
  public static void main(String[] arguments) throws Exception {
    Size size = Size.named(arguments.length > 0 ? arguments[0] : "full");
    String only = arguments.length > 1 ? arguments[1] : ALL;
    Report report = run(size, only);
    Path folder = Folders.results();
    System.out.println(report.markdown());
    Files.writeString(folder.resolve("benchmarks.md"), report.markdown());
    Files.writeString(folder.resolve("benchmarks.json"), report.json());
    Plots.write(report, folder);
    System.out.println("Written to " + folder);
  }

  static Report run(Size size, String only) throws RunnerException {
    List<String> names = List.of(only.split(",", -1));
    List<Class<?>> chosen =
        CLASSES.stream()
            .filter(c -> only.equals(ALL) || names.contains(c.getSimpleName()))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("There is no benchmark '" + only + "' among " + CLASSES);
    }
    Collection<RunResult> results = new ArrayList<>();
    for (Class<?> benchmark : chosen) {
      ChainedOptionsBuilder options =
          new OptionsBuilder()
              .include("\\." + benchmark.getSimpleName() + "\\.")
              .jvmArgs("-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch", "-XX:MaxDirectMemorySize=16g")
              .jvmArgsAppend(inherited())
              .param("megabytes", size.megabytes(benchmark).toArray(String[]::new))
              .shouldFailOnError(true);
      size.apply(options);
      limit(options, benchmark, size);
      results.addAll(new Runner(options.build()).run());
    }
    Figures figures = Figures.of(results);
    return new Report(figures, new Goals(figures, size).rows(), size.leftOut());
  }

  /** What takes minutes each time is not repeated as often. */
  private static void limit(ChainedOptionsBuilder options, Class<?> benchmark, Size size) {
    if (benchmark == TrainingBenchmark.class) {
      options
          .warmupIterations(Math.min(1, size.shots()))
          .measurementIterations(Math.min(3, size.shots()));
    }
    if (WARM.contains(benchmark)) {
      options.warmupIterations(size.shots() == 1 ? 1 : WARMUPS);
    }
    boolean isLong =
        List.of(PeerBenchmark.class, CompressionBenchmark.class, TrainingBenchmark.class)
            .contains(benchmark);
    if (benchmark == CatalogBenchmark.class || (size.isBrief() && isLong)) {
      options.forks(1);
    }
  }

  private static String[] inherited() {
    List<String> properties = new ArrayList<>();
    for (String name : List.of("DJL_CACHE_DIR", "cairn.benchmarks.folder")) {
      String value = System.getProperty(name);
      if (value != null) {
        properties.add("-D" + name + "=" + value);
      }
    }
    // By default what the heap may have, and it counts the heap and all direct memory, too.
    properties.add("-Dorg.bytedeco.javacpp.maxbytes=16g");
    properties.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
    properties.add("-Dai.djl.offline=true");
    properties.add("-DOPT_OUT_TRACKING=true");
    properties.add("-DdisableProgressBar=true");
    properties.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    return properties.toArray(String[]::new);
  }
}
