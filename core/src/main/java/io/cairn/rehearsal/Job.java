// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.sagemaker.ContainerPaths;
import io.cairn.sagemaker.RankDetector;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The training that is rehearsed.
 *
 * @param command program and arguments; {@value #BASE} stands for the host's base folder
 * @param workingFolder where it runs; empty for this process's working folder
 * @param hyperparameters its hyperparameters
 * @param environment variables on top of this process's
 * @param channels folders of input data by the name of their channel
 * @param toolkit whether the variables of SageMaker's training toolkit are set
 * @param stepLine finds a finished step in its output, as first group
 * @param resultLine finds the line of its output that tells its result
 */
record Job(
    List<String> command,
    Optional<Path> workingFolder,
    SortedMap<String, String> hyperparameters,
    SortedMap<String, String> environment,
    SortedMap<String, Path> channels,
    boolean toolkit,
    Optional<Pattern> stepLine,
    Optional<Pattern> resultLine) {
  static final String BASE = "{base}";
  private static final String NAME = "rehearsal";

  ProcessBuilder process(HostFolder host) {
    ProcessBuilder process =
        new ProcessBuilder(command.stream().map(word -> inBase(word, host)).toList());
    workingFolder.ifPresent(folder -> process.directory(folder.toFile()));
    process.environment().clear();
    process.environment().putAll(environment(host));
    return process;
  }

  private static String inBase(String text, HostFolder host) {
    return text.replace(BASE, host.base().toString());
  }

  /** What a container has: nothing of a launcher that may have started this process. */
  private Map<String, String> environment(HostFolder host) {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.keySet().removeAll(RankDetector.launcherVariables());
    all.keySet().removeIf(name -> name.startsWith("SM_"));
    all.put(ContainerPaths.BASE_VARIABLE, host.base().toString());
    all.put("TRAINING_JOB_NAME", NAME);
    all.put("TRAINING_JOB_ARN", "arn:aws:sagemaker:us-east-1:000000000000:training-job/" + NAME);
    if (toolkit) {
      all.putAll(ToolkitVariables.of(host, hyperparameters, channels.keySet()));
    }
    environment.forEach((name, value) -> all.put(name, inBase(value, host)));
    return all;
  }
}
