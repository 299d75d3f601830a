// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cairn.inspect.SnapshotReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The zip file of DL4J's {@code ModelSerializer}: the configuration with the counters of the
 * snapshot, all parameters as one vector, and so the updaters' moments, if there are some.
 */
final class Dl4jZip {
  private static final String NEEDED =
      "dl4j needs a snapshot of a MultiLayerNetwork or ComputationGraph by cairn-dl4j, with the"
          + " sections configuration, counters, model and vectors";
  private static final String CONFIGURATION = "configuration";
  private static final String COUNTERS = "counters";
  private static final String VECTORS = "vectors";

  private final SavedSections sections;

  Dl4jZip(SnapshotReader reader, int part) {
    this.sections = new SavedSections(reader, part, NEEDED);
  }

  void writeTo(OutputStream out) throws IOException, CliException {
    sections.require(CONFIGURATION, COUNTERS, "model", VECTORS);
    byte[] configuration = configuration();
    Nd4jVector parameters = vector("model", "parameters");
    List<String> moments = sections.lines(VECTORS, "moments");
    try (StoredZip zip = new StoredZip(out)) {
      zip.add("configuration.json", configuration.length, file -> file.write(configuration));
      zip.add("coefficients.bin", parameters.byteSize(), parameters::writeTo);
      if (!moments.isEmpty()) {
        Nd4jVector state = Nd4jVector.of(sections, "updater", moments);
        zip.add("updaterState.bin", state.byteSize(), state::writeTo);
      }
    }
  }

  private Nd4jVector vector(String section, String order) throws CliException, IOException {
    return Nd4jVector.of(sections, section, sections.lines(VECTORS, order));
  }

  private byte[] configuration() throws CliException, IOException {
    String json = new String(sections.bytes(CONFIGURATION, "json"), StandardCharsets.UTF_8);
    long iterations = sections.count(COUNTERS, "iterations");
    long epochs = sections.count(COUNTERS, "epochs");
    try {
      return Dl4jConfiguration.counted(json, iterations, epochs).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new CliException(
          sections.wrong(CONFIGURATION + "/json", "JSON", "not: " + e.getOriginalMessage()));
    }
  }
}
