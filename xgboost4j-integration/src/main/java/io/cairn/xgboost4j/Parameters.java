// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.cairn.model.Fingerprint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A training's parameters, and what they mean for going on. */
final class Parameters {
  private static final Logger LOG = LoggerFactory.getLogger(Parameters.class);
  private static final String SEED_PER_ITERATION = "seed_per_iteration";
  private static final String VALIDATE = "validate_parameters";
  private static final String TREE_METHOD = "tree_method";
  private static final String UPDATER = "updater";
  private static final String TOLERANCE = "tolerance";

  /** What is said and how fast it goes, not what is learned. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(SEED_PER_ITERATION, VALIDATE, "silent", "verbosity", "verbose_eval", "use_rmm");

  /** What changes last bits only. */
  private static final Set<String> THREADS = Set.of("nthread", "nthreads", "n_jobs");

  private static final Set<String> DEVICE = Set.of("device", "gpu_id", "predictor");

  private static final String BOOSTER = "booster";
  private static final String LINEAR = "gblinear";

  /**
   * A member of the model's universal binary JSON: its name, and that a text of 8 bytes follows.
   */
  private static final String NAMED = "nameSL\0\0\0\0\0\0\0\b";

  private final Map<String, Object> values;

  /** What is not among them follows from the booster given, which is a fact of its own. */
  private final Set<String> said;

  /**
   * Those of a training that goes on with a booster: its kind holds, and need not be said again.
   */
  static Parameters goingOnWith(Booster base, Map<String, Object> given) throws XGBoostError {
    Map<String, Object> all = new LinkedHashMap<>(given);
    if (new String(base.toByteArray("ubj"), ISO_8859_1).contains(NAMED + LINEAR)) {
      all.putIfAbsent(BOOSTER, LINEAR);
    }
    return new Parameters(all, given.keySet());
  }

  Parameters(Map<String, Object> given) {
    this(given, given.keySet());
  }

  private Parameters(Map<String, Object> given, Set<String> said) {
    this.said = Set.copyOf(said);
    refuseUpdateOfTrees(given);
    Object seeding = given.get(SEED_PER_ITERATION);
    if (seeding != null && !isTrue(seeding)) {
      LOG.warn(
          "Parameter {} is {} and is set to true: without it, random numbers depend on where a"
              + " training was interrupted",
          SEED_PER_ITERATION,
          seeding);
    }
    Map<String, Object> all = new LinkedHashMap<>(given);
    all.put(SEED_PER_ITERATION, true);
    values = Collections.unmodifiableMap(all);
  }

  private static void refuseUpdateOfTrees(Map<String, Object> given) {
    if ("update".equals(text(given, "process_type", ""))) {
      throw new IllegalArgumentException(
          "A training with process_type=update cannot be checkpointed: XGBoost keeps the trees that"
              + " are still to be updated in memory only. Train it with XGBoost.train.");
    }
  }

  /** All parameters, as XGBoost gets them. */
  Map<String, Object> all() {
    return values;
  }

  /** The same, for a booster that has checked and reported them before. */
  Map<String, Object> again() {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put(VALIDATE, false);
    return all;
  }

  boolean buildsTrees() {
    return !LINEAR.equals(text(values, BOOSTER, "gbtree"));
  }

  String treeMethod() {
    return text(values, TREE_METHOD, "auto");
  }

  /** A tree method that does the work by other updaters. */
  String otherTreeMethod() {
    return cutsInFirstRound() ? "hist" : "approx";
  }

  /** Whether the bins of features depend on what was sampled in the first round. */
  boolean cutsInFirstRound() {
    return buildsTrees()
        && (values.containsKey(UPDATER)
            ? text(values, UPDATER, "").startsWith("grow_histmaker")
            : treeMethod().equals("approx"));
  }

  /** Position biases of clicks, learned beside the model and lost with the process. */
  boolean learnsPositionBias() {
    return isTrue(values.getOrDefault("lambdarank_unbiased", false));
  }

  private boolean racesThreads() {
    return !buildsTrees()
        && "shotgun".equals(text(values, UPDATER, "shotgun"))
        && !"1".equals(threads());
  }

  /** A linear booster that has converged knows so beside its model, and rests. */
  private boolean restsWhenConverged() {
    return !buildsTrees() && !isZero(text(values, TOLERANCE, "0"));
  }

  void sayWhatIsNotExact() {
    whatIsNotExact().forEach(LOG::warn);
  }

  List<String> whatIsNotExact() {
    List<String> reasons = new ArrayList<>();
    if (learnsPositionBias()) {
      reasons.add(
          "With lambdarank_unbiased=true a resumed training does not end with the same bits: XGBoost"
              + " starts its position biases again");
    }
    if (racesThreads()) {
      reasons.add(
          "The linear updater shotgun on "
              + threads()
              + " threads gives other bits in each training, interrupted or not. Set updater to"
              + " coord_descent, or nthread to 1, for the same bits");
    }
    if (restsWhenConverged()) {
      reasons.add(
          "With booster=gblinear and tolerance="
              + values.get(TOLERANCE)
              + " a training that is resumed after it converged does not end with the same bits:"
              + " XGBoost forgets that it had converged, and updates the model once more. Leave"
              + " tolerance out for the same bits");
    }
    return reasons;
  }

  void describe(Fingerprint.Builder facts) {
    values.forEach(
        (name, value) -> {
          if (DEVICE.contains(name)) {
            facts.environment("parameter " + name, value);
          } else if (said.contains(name)
              && !WITHOUT_EFFECT.contains(name)
              && !THREADS.contains(name)) {
            facts.identity("parameter " + name, value);
          }
        });
    facts.environment("threads", threads());
  }

  private String threads() {
    return THREADS.stream()
        .filter(values::containsKey)
        .map(name -> text(values, name, ""))
        .filter(count -> !count.equals("0"))
        .findFirst()
        .orElseGet(() -> String.valueOf(Runtime.getRuntime().availableProcessors()));
  }

  private static String text(Map<String, Object> map, String name, String otherwise) {
    return String.valueOf(map.getOrDefault(name, otherwise));
  }

  /** As XGBoost reads it, in single precision; what is no number, it refuses itself. */
  private static boolean isZero(String value) {
    try {
      return Float.parseFloat(value) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isTrue(Object value) {
    String text = String.valueOf(value);
    return text.equalsIgnoreCase("true") || text.equals("1");
  }
}
