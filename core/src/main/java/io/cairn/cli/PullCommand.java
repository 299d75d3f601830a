// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Fetches snapshots. */
@Command(
    name = "pull",
    description = {
      "Copies a snapshot from S3, or from another folder, to a folder: only its files, in parallel,"
          + " each under a temporary name until its digest is right, data before manifest.",
      "What is there already is verified and not copied again; nothing is replaced."
    },
    footer = {
      "  cairn pull s3://bucket/jobs/bank                      the newest, to the job's folder",
      "  cairn pull s3://bucket/jobs/bank@1200 checkpoints     a chosen one",
      "  cairn pull sagemaker:bank-2026-03-01 checkpoints      from where a job keeps them"
    })
final class PullCommand extends SnapshotTransfer {
  @Parameters(index = "0", paramLabel = "SOURCE", description = "PLACE[@SNAPSHOT] or a file.")
  private String source = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Where to. Default: the job's folder.")
  private Optional<String> target = Optional.empty();

  PullCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException {
    return copy(Optional.of(source), target);
  }
}
