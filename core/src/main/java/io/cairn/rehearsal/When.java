// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.time.Duration;
import java.util.regex.Pattern;

/** The moment of an interruption, in each attempt anew. */
public sealed interface When {

  /**
   * A time after the training's processes started.
   *
   * @param time the time
   */
  record After(Duration time) implements When {
    @Override
    public String toString() {
      return "after " + Texts.duration(time);
    }
  }

  /**
   * A random time after the training's processes started, all equally likely.
   *
   * @param longest the time is below this
   */
  record AtRandom(Duration longest) implements When {
    @Override
    public String toString() {
      return "at random within " + Texts.duration(longest);
    }
  }

  /**
   * The first line of any host in which an expression is found.
   *
   * @param expression the expression
   */
  record AtLine(Pattern expression) implements When {
    @Override
    public String toString() {
      return "at a line like '" + expression + "'";
    }
  }

  /**
   * When so many files of this attempt have reached S3.
   *
   * @param files how many, of all hosts
   */
  record AtUploads(int files) implements When {
    @Override
    public String toString() {
      return "when " + Texts.count(files, "file") + " had reached S3";
    }
  }

  /**
   * When so many snapshots of Cairn are whole in S3, those of earlier attempts not counted.
   *
   * @param snapshots how many
   */
  record AtSnapshots(int snapshots) implements When {
    @Override
    public String toString() {
      return "when " + Texts.count(snapshots, "snapshot") + " had reached S3";
    }
  }

  /**
   * A time after the training's processes started.
   *
   * @param time the time
   * @return the moment
   * @throws IllegalArgumentException if it is negative or longer than a hundred years
   */
  static When after(Duration time) {
    return new After(countable(time));
  }

  /**
   * A random time after the training's processes started.
   *
   * @param longest the time is below this
   * @return the moment
   * @throws IllegalArgumentException if it is negative or longer than a hundred years
   */
  static When atRandom(Duration longest) {
    return new AtRandom(countable(longest));
  }

  /**
   * The first line of any host in which an expression is found.
   *
   * @param expression a regular expression
   * @return the moment
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  static When atLine(String expression) {
    return new AtLine(Pattern.compile(expression));
  }

  /**
   * When so many files of the attempt have reached S3.
   *
   * @param files how many, of all hosts
   * @return the moment
   * @throws IllegalArgumentException if it is less than 1
   */
  static When atUploads(int files) {
    if (files < 1) {
      throw new IllegalArgumentException("The number of uploads is 1 or more, not " + files);
    }
    return new AtUploads(files);
  }

  /**
   * When so many snapshots of Cairn that the attempt saved are whole in S3.
   *
   * @param snapshots how many
   * @return the moment
   * @throws IllegalArgumentException if it is less than 1
   */
  static When atSnapshots(int snapshots) {
    if (snapshots < 1) {
      throw new IllegalArgumentException("The number of snapshots is 1 or more, not " + snapshots);
    }
    return new AtSnapshots(snapshots);
  }

  private static Duration countable(Duration time) {
    return Times.countable("The time of an interruption", time);
  }
}
