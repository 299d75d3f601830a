// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.inspect.Measured;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotCatalog;
import io.cairn.inspect.SnapshotComparison;
import io.cairn.inspect.SnapshotDiff;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorDiff;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Compares the newest snapshots and the model files of two trainings. Used once. */
final class Comparer {
  private final Optional<Pattern> resultLine;
  private final List<String> compared = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  /** A comparison of results that the lines of this form tell, too, if there is a form. */
  Comparer(Optional<Pattern> resultLine) {
    this.resultLine = resultLine;
  }

  /**
   * What a training left.
   *
   * @param checkpoints its snapshots
   * @param model its model files
   * @param lines the lines that told its result
   */
  record Result(Path checkpoints, Path model, List<String> lines) {}

  Comparison compare(Result uninterrupted, Result rehearsed) throws IOException {
    snapshots(uninterrupted.checkpoints, rehearsed.checkpoints);
    models(uninterrupted.model, rehearsed.model);
    lines(uninterrupted.lines, rehearsed.lines);
    return new Comparison(compared, differences, missing);
  }

  private void snapshots(Path uninterrupted, Path rehearsed) throws IOException {
    Store before = LocalStore.in(uninterrupted);
    Store after = LocalStore.in(rehearsed);
    Optional<SnapshotListing> expected = newest(before);
    Optional<SnapshotListing> found = newest(after);
    if (expected.isEmpty() || found.isEmpty()) {
      if (expected.isPresent() != found.isPresent()) {
        differences.add("only one of the two trainings left a complete snapshot");
      }
      return;
    }
    try (SnapshotReader old = SnapshotReader.open(before, expected.get());
        SnapshotReader young = SnapshotReader.open(after, found.get())) {
      SnapshotDiff diff = new SnapshotComparison(old, young).run(tensor -> {});
      long tensors = diff.tensors().stream().filter(t -> !Measured.is(t.name())).count();
      compared.add(
          Texts.count(tensors, "tensor")
              + " of the newest snapshot (step "
              + found.get().id().step()
              + ", "
              + Texts.count(found.get().parts(), "part")
              + ")");
      explain(diff);
    }
  }

  private static Optional<SnapshotListing> newest(Store store) throws IOException {
    return SnapshotCatalog.read(store, new SyncMarkers()).runs().stream()
        .map(RunListing::newestComplete)
        .flatMap(Optional::stream)
        .max(Comparator.comparing(SnapshotListing::id));
  }

  private void explain(SnapshotDiff diff) {
    for (SnapshotDiff.FactDiff fact : diff.facts()) {
      if (!Measured.is(fact.name())) {
        differences.add(
            fact.group() + " " + fact.name() + ": " + fact.before() + " -> " + fact.after());
      }
    }
    for (TensorDiff tensor : diff.changed()) {
      if (!Measured.is(tensor.name())) {
        differences.add("tensor " + tensor.name() + " of part " + tensor.part() + " differs");
      }
    }
  }

  private void lines(List<String> uninterrupted, List<String> rehearsed) {
    if (!uninterrupted.equals(rehearsed)) {
      differences.add("lines " + rehearsed + " instead of " + uninterrupted);
    }
    if (uninterrupted.isEmpty() && rehearsed.isEmpty()) {
      resultLine.ifPresent(
          form -> missing.add("a line of output in which '" + form + "' is found"));
    }
    if (!rehearsed.isEmpty()) {
      compared.add(Texts.count(rehearsed.size(), "line") + " of output");
    }
  }

  private void models(Path uninterrupted, Path rehearsed) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    FolderScan.of(uninterrupted).forEach(file -> names.add(file.name()));
    FolderScan.of(rehearsed).forEach(file -> names.add(file.name()));
    for (String name : names) {
      Path expected = uninterrupted.resolve(name);
      Path found = rehearsed.resolve(name);
      if (!Files.exists(expected) || !Files.exists(found)) {
        differences.add("file model/" + name + " is there in one of the two only");
      } else {
        long mismatch = Files.mismatch(expected, found);
        if (mismatch >= 0) {
          differences.add("file model/" + name + " differs from byte " + mismatch + " on");
        }
      }
      compared.add("model/" + name);
    }
  }
}
