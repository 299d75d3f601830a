// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs an unmodified training as SageMaker would, interrupts it, and lets it go on with nothing but
 * what had reached S3.
 *
 * <pre>{@code
 * @Test
 * void survivesSpot(@TempDir Path folder) {
 *   Rehearsal.ofMain(Train.class)
 *       .folder(folder)
 *       .hyperparameter("checkpoint_every_steps", "10")
 *       .interrupt(Interruption.kill(When.atSnapshots(2)))
 *       .compare()
 *       .run()
 *       .requireSurvived();
 * }
 * }</pre>
 *
 * <p>The base folder is not {@code /opt/ml} but one for each host, which {@code SAGEMAKER_BASE_DIR}
 * names, and {@code {base}} in the command.
 */
public final class Rehearsal {
  private Rehearsal() {}

  /**
   * Any command.
   *
   * @param command program and arguments; {@code {base}} stands for the host's base folder
   * @return describes what happens to it
   * @throws IllegalArgumentException if there is no program
   */
  public static RehearsalBuilder of(List<String> command) {
    return new RehearsalBuilder(command);
  }

  /**
   * Any command.
   *
   * @param command program and arguments; {@code {base}} stands for the host's base folder
   * @return describes what happens to it
   * @throws IllegalArgumentException if there is no program
   */
  public static RehearsalBuilder of(String... command) {
    return of(List.of(command));
  }

  /**
   * A main class on the class path of this process ({@code java.class.path}), in a Java of its own.
   *
   * @param main the class
   * @param arguments its arguments; {@code {base}} stands for the host's base folder
   * @return describes what happens to it
   */
  public static RehearsalBuilder ofMain(Class<?> main, Object... arguments) {
    return of(java(List.of(), main, arguments));
  }

  /**
   * The command that runs a main class on the class path of this process.
   *
   * @param options of the virtual machine, such as {@code -Xmx1g}
   * @param main the class
   * @param arguments its arguments
   * @return program and arguments
   */
  public static List<String> java(List<String> options, Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return command;
  }
}
