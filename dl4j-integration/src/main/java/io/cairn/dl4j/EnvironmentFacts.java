// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the exactness of a training depends on, beside the training. */
final class EnvironmentFacts {
  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentFacts.class);

  private EnvironmentFacts() {}

  static void describe(Fingerprint.Builder facts) {
    Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
    facts
        .environment("backend", Nd4j.getBackend().getClass().getSimpleName())
        .environment("blas", environment.getProperty("blas.vendor", "unknown"))
        .environment("blas threads", text(environment, "blas.threads"))
        .environment("threads", text(environment, "omp.threads"))
        .environment("nd4j", version(Nd4j.class, "org.nd4j/nd4j-api"))
        .environment(
            "dl4j", version(MultiLayerNetwork.class, "org.deeplearning4j/deeplearning4j-nn"))
        .processor();
  }

  /** The values are no strings. */
  private static String text(Properties properties, String key) {
    Object value = properties.get(key);
    return value == null ? "unknown" : value.toString();
  }

  /** What Maven left in the jar; a repacked one may have lost it. */
  private static String version(Class<?> type, String artifact) {
    Properties properties = new Properties();
    try (InputStream file =
        type.getResourceAsStream("/META-INF/maven/" + artifact + "/pom.properties")) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException e) {
      LOG.debug("No version of {}", artifact, e);
    }
    return properties.getProperty("version", "unknown");
  }
}
