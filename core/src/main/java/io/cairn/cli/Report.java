// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.RunAttempt;
import io.cairn.inspect.SaveTimes;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.StepsAtRisk;
import io.cairn.inspect.TensorHistograms;
import io.cairn.model.RunName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a report shows.
 *
 * @param place the folder, as it was given
 * @param run the run
 * @param made when the report was made
 * @param verified whether every byte was read, or manifests alone
 * @param logged whether a log was given
 * @param stops how many times a log says that SIGTERM came
 * @param counts of all snapshots, shown or not
 * @param attempts oldest first
 * @param snapshots those that are shown, by attempt and step
 * @param risks for each attempt
 * @param heatMap absent if no data was read
 * @param histograms absent if no data was read, or the tensor has no numbers
 * @param notes what is left out, and why
 */
record Report(
    String place,
    RunName run,
    Instant made,
    boolean verified,
    boolean logged,
    long stops,
    Counts counts,
    List<RunAttempt> attempts,
    List<Item> snapshots,
    List<Risk> risks,
    Optional<HeatMap> heatMap,
    Optional<TensorHistograms> histograms,
    List<String> notes) {

  /** How many snapshots there are of each kind. */
  record Counts(int all, int sound, int incomplete, int unreadable, int damaged) {}

  /**
   * A snapshot.
   *
   * @param verdict in one word
   * @param findings what is wrong, shortened
   * @param onTheWay whether the newest snapshot came from it
   * @param times from a log
   * @param lag from capture until it was in S3, in milliseconds
   */
  record Item(
      SnapshotListing listing,
      String verdict,
      List<String> findings,
      boolean onTheWay,
      SaveTimes.Times times,
      OptionalDouble lag) {}

  /**
   * The steps at risk during an attempt.
   *
   * @param process if the process died
   * @param machine if its disk were lost too; empty if no upload is known
   */
  record Risk(int attempt, List<StepsAtRisk.Point> process, List<StepsAtRisk.Point> machine) {}
}
