// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.quickstart;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * UCI Bank Marketing: 45,211 telephone calls, 16 features, and whether the client subscribed (S.
 * Moro, P. Cortez, P. Rita, 2014, CC BY 4.0). Numbers are standardized, words become one-hot.
 */
final class BankData {
  private static final String RESOURCE = "/bank-full.csv";

  private final float[][] features;
  private final float[] labels;

  private BankData(float[][] features, float[] labels) {
    this.features = features;
    this.labels = labels;
  }

  /** One row for each call. */
  float[][] features() {
    return features;
  }

  /** 1 if the client subscribed. */
  float[] labels() {
    return labels;
  }

  static BankData load() throws IOException {
    List<String[]> rows = rows();
    int columns = rows.get(0).length - 1;
    float[][] features = new float[rows.size()][];
    List<float[][]> encoded = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      encoded.add(encode(rows, column));
    }
    float[] labels = new float[rows.size()];
    for (int row = 0; row < rows.size(); row++) {
      features[row] = concatenate(encoded, row);
      labels[row] = rows.get(row)[columns].equals("yes") ? 1 : 0;
    }
    return new BankData(features, labels);
  }

  private static List<String[]> rows() throws IOException {
    InputStream resource = BankData.class.getResourceAsStream(RESOURCE);
    if (resource == null) {
      throw new FileNotFoundException(RESOURCE + " is not on the class path");
    }
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(line -> line.replace("\"", "").split(";", -1)).toList();
    }
  }

  private static float[][] encode(List<String[]> rows, int column) {
    return rows.get(0)[column].matches("-?\\d+")
        ? standardized(rows, column)
        : oneHot(rows, column);
  }

  private static float[][] standardized(List<String[]> rows, int column) {
    double[] values = rows.stream().mapToDouble(row -> Double.parseDouble(row[column])).toArray();
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      sum += value;
      squares += value * value;
    }
    double mean = sum / values.length;
    double deviation = Math.sqrt(squares / values.length - mean * mean);
    float[][] encoded = new float[values.length][];
    for (int row = 0; row < values.length; row++) {
      encoded[row] = new float[] {(float) ((values[row] - mean) / deviation)};
    }
    return encoded;
  }

  private static float[][] oneHot(List<String[]> rows, int column) {
    SortedMap<String, Integer> words = new TreeMap<>();
    rows.forEach(row -> words.put(row[column], 0));
    int next = 0;
    for (var word : words.entrySet()) {
      word.setValue(next++);
    }
    float[][] encoded = new float[rows.size()][words.size()];
    for (int row = 0; row < encoded.length; row++) {
      encoded[row][words.get(rows.get(row)[column])] = 1;
    }
    return encoded;
  }

  private static float[] concatenate(List<float[][]> encoded, int row) {
    int width = encoded.stream().mapToInt(column -> column[row].length).sum();
    float[] all = new float[width];
    int at = 0;
    for (float[][] column : encoded) {
      System.arraycopy(column[row], 0, all, at, column[row].length);
      at += column[row].length;
    }
    return all;
  }
}
