// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Brings snapshots to S3. */
@Command(
    name = "push",
    description = {
      "Copies a snapshot from a folder to S3, or to another folder: data before manifest, so that"
          + " it is there when all of it is. Digests are checked on the way, lengths afterwards.",
      "What is there already is verified and not copied again; nothing is replaced."
    },
    footer = {
      "  cairn push s3://bucket/jobs/bank                      the newest of the job's folder",
      "  cairn push checkpoints@1200 s3://bucket/jobs/bank     a chosen one",
      "  cairn push --all checkpoints s3://bucket/jobs/bank    all that are complete"
    })
final class PushCommand extends SnapshotTransfer {
  @Parameters(
      arity = "1..2",
      paramLabel = "[SOURCE] TARGET",
      hideParamSyntax = true,
      description = "FOLDER[@SNAPSHOT] or a file, by default the job's folder; and where to.")
  private List<String> places = List.of();

  PushCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException {
    Optional<String> source = places.size() == 2 ? Optional.of(places.get(0)) : Optional.empty();
    return copy(source, Optional.of(places.get(places.size() - 1)));
  }
}
