// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.util.List;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IEvaluation;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** An objective and a metric as a user writes them. */
final class Own {
  private Own() {}

  private static float[] labels(DMatrix data) {
    try {
      return data.getLabel();
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
  }

  /** Log loss of margins. */
  static final class LogLoss implements IObjective {
    private static final long serialVersionUID = 1L;

    @Override
    public List<float[]> getGradient(float[][] margins, DMatrix data) {
      float[] labels = labels(data);
      float[] gradients = new float[labels.length];
      float[] hessians = new float[labels.length];
      for (int i = 0; i < labels.length; i++) {
        double probability = 1 / (1 + StrictMath.exp(-margins[i][0]));
        gradients[i] = (float) (probability - labels[i]);
        hessians[i] = (float) (probability * (1 - probability));
      }
      return List.of(gradients, hessians);
    }
  }

  /** The share of wrong signs; may be told to end the process in the middle of a call. */
  static final class WrongSigns implements IEvaluation {
    private static final long serialVersionUID = 1L;

    private final int lastCall;
    private int calls;

    WrongSigns(int lastCall) {
      this.lastCall = lastCall;
    }

    @Override
    public String getMetric() {
      return "wrong";
    }

    @Override
    public float eval(float[][] predictions, DMatrix data) {
      if (++calls == lastCall) {
        Runtime.getRuntime().halt(137);
      }
      float[] labels = labels(data);
      int wrong = 0;
      for (int i = 0; i < labels.length; i++) {
        wrong += (predictions[i][0] > 0.5f) == (labels[i] > 0.5f) ? 0 : 1;
      }
      return (float) wrong / labels.length;
    }
  }
}
