// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.List;

/** Settings that cannot be used. Lists every problem found, not only the first. */
public final class ConfigurationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Serializable, as exceptions are. */
  private final String[] problems;

  /**
   * Lists what is wrong.
   *
   * @param problems one line for each problem, with what was meant
   */
  public ConfigurationException(List<String> problems) {
    super(
        "Cairn cannot start, "
            + (problems.size() == 1 ? "1 setting is" : problems.size() + " settings are")
            + " wrong:"
            + String.join("", problems.stream().map(line -> "\n  - " + line).toList()));
    this.problems = problems.toArray(String[]::new);
  }

  /**
   * What is wrong.
   *
   * @return one line for each problem
   */
  public List<String> problems() {
    return List.of(problems);
  }
}
