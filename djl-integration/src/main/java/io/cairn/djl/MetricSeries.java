// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.metric.Metric;
import io.cairn.model.TensorMemory;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The values of one metric as they grow. DJL keeps each as text; only those that are new since the
 * last snapshot are parsed.
 */
final class MetricSeries {
  private ByteBuffer values = ByteBuffer.allocate(1024).order(TensorMemory.BYTE_ORDER);
  private Metric last;
  private boolean whole = true;

  /** Takes in what is new. A list that does not go on where it ended is read again. */
  void update(List<Metric> metrics) {
    if (!goesOn(metrics)) {
      values.clear();
      whole = true;
    }
    for (Metric metric : metrics.subList(size(), metrics.size())) {
      append(metric);
    }
  }

  private boolean goesOn(List<Metric> metrics) {
    return size() == 0 || (size() <= metrics.size() && metrics.get(size() - 1) == last);
  }

  private void append(Metric metric) {
    if (!values.hasRemaining()) {
      int larger = Math.multiplyExact(values.capacity(), 2);
      values = ByteBuffer.allocate(larger).order(TensorMemory.BYTE_ORDER).put(values.flip());
    }
    values.putDouble(metric.getValue());
    whole = whole && isWhole(metric);
    last = metric;
  }

  /** Whether the text of a value is a whole number's, as in {@code epoch.Count:17|#Host:box}. */
  private static boolean isWhole(Metric metric) {
    String text = metric.toString();
    String value = text.substring(text.indexOf(':', metric.getMetricName().length()) + 1);
    return value.matches("-?[0-9]+(\\|.*)?");
  }

  /** Whether all are whole numbers. */
  boolean isWhole() {
    return whole;
  }

  int size() {
    return values.position() / Double.BYTES;
  }

  TensorMemory memory() {
    return TensorMemory.of(values.slice(0, values.position()));
  }
}
