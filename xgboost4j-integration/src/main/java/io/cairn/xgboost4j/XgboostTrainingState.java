// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TrainingState;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** The whole state of a boosting between two rounds; the same on all workers. */
final class XgboostTrainingState implements TrainingState {
  private static final String MODEL = "model";
  private static final String UBJ = "ubj";
  private static final String EVALUATION = "evaluation";

  private final LiveBooster live;
  private final Evaluation evaluation;
  private final Fingerprint fingerprint;

  /**
   * @param live the booster
   * @param evaluation what is evaluated after each round
   * @param facts what is known of the training already
   */
  XgboostTrainingState(LiveBooster live, Evaluation evaluation, Fingerprint.Builder facts) {
    this.live = live;
    this.evaluation = evaluation;
    live.parameters().describe(facts);
    evaluation.describe(facts);
    this.fingerprint =
        facts
            .identity("framework", "xgboost4j")
            .environment("xgboost", LibraryVersion.text())
            .processor()
            .build();
  }

  @Override
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public void capture(StateSink sink) {
    try {
      sink.section(MODEL).bytes(UBJ, live.model());
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost did not give its model: " + e.getMessage(), e);
    }
    SectionSink section = sink.section(EVALUATION);
    evaluation.capture(section);
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    byte[] model = source.section(MODEL).bytes(UBJ);
    SectionSource section = source.section(EVALUATION);
    evaluation.restore(source, section);
    Booster loaded = load(model);
    source.afterwards(() -> live.become(loaded));
  }

  private Booster load(byte[] model) throws CheckpointException {
    try {
      return live.load(model);
    } catch (XGBoostError e) {
      throw new CheckpointException(
          "XGBoost "
              + LibraryVersion.text()
              + " does not read the model of the snapshot, although all its bytes are as they were"
              + " written. If a newer XGBoost wrote it, train with that version: "
              + e.getMessage(),
          e);
    }
  }
}
