// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.store.Store;
import java.util.List;
import java.util.Optional;

/**
 * The number that was set for an attempt, and why it cannot be used. Files never change, and no
 * snapshot mixes two lives: each start needs a number of its own.
 *
 * @param run the training's run
 * @param rank which worker is asked for
 * @param number what was set
 */
public record SetAttempt(RunName run, Rank rank, int number) {

  /**
   * Whether this worker had the number before.
   *
   * @param catalog what a place holds of the run
   * @param abandoned the temporary files in the same place
   * @param place said in the answer
   * @return why it cannot be used; empty if the worker has no files of it there
   */
  public Optional<String> usedBefore(Catalog catalog, List<String> abandoned, Store place) {
    return catalog.hasFilesOf(rank, number, abandoned)
        ? Optional.of(unusable("was used before: rank " + rank + " has files of it in " + place))
        : Optional.empty();
  }

  /**
   * Whether a later attempt began.
   *
   * @param highest the highest attempt that left anything
   * @param place said in the answer
   * @return why the number cannot be used; empty if none is higher
   */
  public Optional<String> over(int highest, Store place) {
    return number < highest
        ? Optional.of(
            unusable(
                "is over: there are files of attempt "
                    + highest
                    + " in "
                    + place
                    + " or where they are uploaded to"))
        : Optional.empty();
  }

  private String unusable(String why) {
    return "attempt "
        + number
        + " of run '"
        + run
        + "' "
        + why
        + "; every start needs a higher checkpoint_attempt, or none";
  }
}
