// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import io.cairn.policy.Goal;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts to values. Every function throws an {@link IllegalArgumentException}, an {@link
 * ArithmeticException} or a {@link java.time.DateTimeException} for a text of another form; the
 * caller says which form was meant.
 */
final class Parse {
  private static final int MAX_NUMBER_CHARS = 40;
  private static final Pattern MILLIS = Pattern.compile("(\\d{1,18})ms", Pattern.CASE_INSENSITIVE);
  private static final Pattern BYTES =
      Pattern.compile("(\\d{1,18}) ?([KMGT]iB|B)?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "bkmgt";

  private Parse() {}

  /** A whole number in a range; {@code 100}, {@code 100.0} and {@code 1e2} are the same. */
  static long number(String text, long min, long max) {
    require(text.length() <= MAX_NUMBER_CHARS);
    long value = new BigDecimal(text).longValueExact();
    require(min <= value && value <= max);
    return value;
  }

  static long count(String text) {
    return number(text, 1, Long.MAX_VALUE);
  }

  /** A count where more than an int holds means as many as there are. */
  static int intCount(String text) {
    return (int) Math.min(count(text), Integer.MAX_VALUE);
  }

  static Duration duration(String text) {
    Matcher millis = MILLIS.matcher(text);
    Duration duration =
        millis.matches()
            ? Duration.ofMillis(Long.parseLong(millis.group(1)))
            : Duration.parse(text.regionMatches(true, 0, "P", 0, 1) ? text : "PT" + text);
    require(!duration.isZero() && !duration.isNegative());
    return duration;
  }

  static boolean bool(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    require(lower.equals("true") || lower.equals("false"));
    return lower.equals("true");
  }

  static long bytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    require(matcher.matches());
    String unit = matcher.group(2) == null ? "b" : matcher.group(2).toLowerCase(Locale.ROOT);
    long factor = 1L << (10 * UNITS.indexOf(unit.charAt(0)));
    long bytes = Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
    require(bytes > 0);
    return bytes;
  }

  /** One of an enum's constants by its text. */
  static <E extends Enum<E>> E choice(Class<E> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(choice -> choice.toString().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(IllegalArgumentException::new);
  }

  /** As in {@code validation_loss:min}; the name itself may hold colons. */
  static SavePolicy improvement(String text) {
    int colon = text.lastIndexOf(':');
    require(colon > 0);
    return SavePolicy.onImprovement(
        text.substring(0, colon).strip(), choice(Goal.class, text.substring(colon + 1).strip()));
  }

  /** As in {@code 3:validation_loss:min}. */
  static RetentionPolicy best(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    require(0 < first && first < last);
    return RetentionPolicy.keepBest(
        intCount(text.substring(0, first).strip()),
        text.substring(first + 1, last).strip(),
        choice(Goal.class, text.substring(last + 1).strip()));
  }

  private static void require(boolean hasForm) {
    if (!hasForm) {
      throw new IllegalArgumentException();
    }
  }
}
