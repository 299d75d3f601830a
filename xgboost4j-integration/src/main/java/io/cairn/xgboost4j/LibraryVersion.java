// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import ml.dmlc.xgboost4j.java.XGBoost;

/** Which XGBoost trains, as its jar says. */
final class LibraryVersion {
  private static final String RESOURCE = "/xgboost4j-version.properties";

  private LibraryVersion() {}

  static String text() {
    try (InputStream file = XGBoost.class.getResourceAsStream(RESOURCE)) {
      if (file == null) {
        return "unknown";
      }
      Properties properties = new Properties();
      properties.load(file);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("Could not read " + RESOURCE + " of XGBoost4J", e);
    }
  }
}
