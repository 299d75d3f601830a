// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;

/** The script of docs/XGBOOST.md before it was changed. */
final class StockExample {
  private StockExample() {}

  public static void main(String[] args) throws Exception {
    DMatrix train = new DMatrix(args[0] + "?format=libsvm");
    DMatrix test = new DMatrix(args[1] + "?format=libsvm");
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", "reg:squarederror");
    parameters.put("eta", 0.05);
    Map<String, DMatrix> watches = new LinkedHashMap<>();
    watches.put("test", test);
    Booster booster = XGBoost.train(train, parameters, 200, watches, null, null);
    booster.saveModel(args[2]);
  }
}
