// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Names with {@code *} for any characters and {@code ?} for one. */
final class Glob {
  private Glob() {}

  static Predicate<String> of(String glob) {
    String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.compile(regex).asMatchPredicate();
  }
}
