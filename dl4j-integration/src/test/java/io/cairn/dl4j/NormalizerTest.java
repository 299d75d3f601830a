// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.AbstractDataSetNormalizer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;

/** What the snapshot's normalizer measured holds, whatever the one of this attempt found. */
class NormalizerTest {
  private static final List<DataSet> ROWS = Rows.points(Rows.COUNT, Trainings.FEATURES);

  @TempDir Path folder;

  private static AbstractDataSetNormalizer<?> normalizer(String kind) {
    AbstractDataSetNormalizer<?> normalizer =
        kind.equals("scaler") ? new NormalizerMinMaxScaler() : new NormalizerStandardize();
    normalizer.fitLabel(true);
    return normalizer;
  }

  /** Rows with a normalizer that measured the first of them, and was used. */
  private static Rows rows(String kind, int measured) {
    AbstractDataSetNormalizer<?> normalizer = normalizer(kind);
    normalizer.fit(new Rows(ROWS.subList(0, measured), Rows.BATCH, false));
    normalizer.transform(DataSet.merge(ROWS.subList(0, 2)));
    Rows rows = new Rows(ROWS, Rows.BATCH, true);
    rows.setPreProcessor(normalizer);
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"scaler", "standardize"})
  void aNormalizerThatWasUsedBeforeGoesOnWithSavedStatistics(String kind) throws Exception {
    CheckpointerBuilder settings = Checkpointer.builder().baseFolder(folder);
    Dl4jTraining.fit(Trainings.dense(conf -> conf), rows(kind, Rows.COUNT), 2, settings);
    MultiLayerNetwork network = Trainings.dense(conf -> conf);
    Dl4jTraining.fit(network, rows(kind, 9), 3, settings);
    String resumed = Trainings.bits(network);

    MultiLayerNetwork alone = Trainings.dense(conf -> conf);
    alone.fit(rows(kind, Rows.COUNT), 3);
    assertThat(resumed).isEqualTo(Trainings.bits(alone));
  }
}
