// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import java.io.IOException;

/**
 * Frees a hyperparameter of its quotes. A value arrives raw, or as JSON (the SageMaker SDK for
 * Python from 2.110 on), or as JSON twice (a script that encodes before the SDK does).
 */
public final class Quotes {
  private Quotes() {}

  /**
   * The text inside of JSON strings; any other text as it is.
   *
   * @param value as it arrived
   * @return the value that was meant
   */
  public static String strip(String value) {
    String text = value;
    while (isQuoted(text.strip())) {
      try {
        text = ConfigJson.parseValue(text.strip()).toString();
      } catch (IOException raw) {
        return text;
      }
    }
    return text;
  }

  private static boolean isQuoted(String text) {
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
  }
}
