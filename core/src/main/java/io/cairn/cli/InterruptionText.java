// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.rehearsal.Interruption;
import io.cairn.rehearsal.When;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads interruptions such as {@code kill@snapshots:2}. */
final class InterruptionText implements ITypeConverter<Interruption> {
  private static final Pattern FORM =
      Pattern.compile("(kill|term)@(?:(line|random|snapshots|uploads):)?(.+)", Pattern.DOTALL);
  private static final Pattern MILLIS = Pattern.compile("(\\d{1,9})ms");

  @Override
  public Interruption convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not (kill|term)@(TIME|random:TIME|line:REGEX|snapshots:N|uploads:N)");
    }
    try {
      When when = when(matcher.group(2), matcher.group(3));
      return matcher.group(1).equals("kill")
          ? Interruption.kill(when)
          : Interruption.terminate(when);
    } catch (PatternSyntaxException e) {
      throw new TypeConversionException(
          "'" + matcher.group(3) + "' is no regular expression: " + e.getDescription());
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "': " + e.getMessage());
    }
  }

  private static When when(String kind, String value) {
    if (kind == null) {
      return When.after(duration(value));
    }
    return switch (kind) {
      case "line" -> When.atLine(value);
      case "random" -> When.atRandom(duration(value));
      case "snapshots" -> When.atSnapshots(number(value));
      default -> When.atUploads(number(value));
    };
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no number", e);
    }
  }

  /** A time such as {@code 500ms}, {@code 90s}, {@code 1m30s}. */
  static Duration duration(String text) {
    Matcher millis = MILLIS.matcher(text);
    if (millis.matches()) {
      return Duration.ofMillis(Long.parseLong(millis.group(1)));
    }
    try {
      return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no time such as 500ms, 90s or 1m30s", e);
    }
  }

  /** Reads times. */
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return duration(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
