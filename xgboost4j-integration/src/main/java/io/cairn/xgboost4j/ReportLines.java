// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import ml.dmlc.xgboost4j.java.Communicator;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** The lines {@code XGBoost.train} prints, at the rounds it prints them. */
final class ReportLines {
  private final Map<String, Object> parameters;

  ReportLines(Map<String, Object> parameters) {
    this.parameters = parameters;
  }

  void evaluated(int round, String line) throws XGBoostError {
    if (Communicator.getRank() == 0 && isDue(round)) {
      Communicator.communicatorPrint(line + '\n');
    }
  }

  void stopped(int round, int patience) throws XGBoostError {
    if (isDue(round)) {
      Communicator.communicatorPrint(
          String.format(
              Locale.ROOT,
              "early stopping after %d rounds away from the best iteration",
              patience));
    }
  }

  boolean isDue(int round) {
    return !isSilent() && isVerbose(round);
  }

  private boolean isSilent() {
    Object silent = parameters.get("silent");
    return isOneOf(silent, "true", "True") || number(silent).orElse(0) != 0;
  }

  private boolean isVerbose(int round) {
    Object verbose = parameters.get("verbose_eval");
    if (isOneOf(verbose, "false", "False")) {
      return false;
    }
    int every = number(verbose).orElse(1);
    return every != 0 && round % every == 0;
  }

  private static boolean isOneOf(Object value, String first, String second) {
    return first.equals(value) || second.equals(value);
  }

  private static OptionalInt number(Object value) {
    if (value instanceof Integer number) {
      return OptionalInt.of(number);
    }
    try {
      return value instanceof String text
          ? OptionalInt.of(Integer.parseInt(text))
          : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
