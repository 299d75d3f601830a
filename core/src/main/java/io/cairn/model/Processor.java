// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Linux says of a processor. Two of one architecture need not add numbers in the same order:
 * libraries for arithmetic choose their code by the widest vectors that there are.
 */
final class Processor {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** How x86 and ARM call the line with what a processor can do. */
  private static final Set<String> NAMES = Set.of("flags", "Features");

  /** The wider before the narrower. */
  private static final List<String> EXTENSIONS =
      List.of("avx512f", "avx2", "avx", "sse4_2", "sve2", "sve", "asimd");

  private Processor() {}

  /** The widest vector extension of this machine; empty if that cannot be known. */
  static Optional<String> vectors() {
    return vectors(CPUINFO);
  }

  /** The same by another file. */
  static Optional<String> vectors(Path cpuinfo) {
    try (BufferedReader lines = Files.newBufferedReader(cpuinfo, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(':');
        if (colon >= 0 && NAMES.contains(line.substring(0, colon).strip())) {
          return widest(List.of(line.substring(colon + 1).strip().split("\\s+", -1)));
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // another system, or a container without it
    }
    return Optional.empty();
  }

  private static Optional<String> widest(List<String> flags) {
    return EXTENSIONS.stream().filter(flags::contains).findFirst();
  }
}
