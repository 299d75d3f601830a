// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotListing;
import io.cairn.store.UploadState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists runs and snapshots by names and manifests. */
@Command(
    name = "ls",
    description = {
      "Lists runs and snapshots, newest first.",
      "Reads names, sizes and manifests, never data: 'verify' does that."
    },
    footer = {
      "  cairn ls /opt/ml/checkpoints",
      "  cairn ls --run bank --json checkpoints | jq '.runs[0].snapshots[0].step'"
    })
final class LsCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Where the snapshots are.")
  private Optional<String> folder = Optional.empty();

  LsCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException {
    Selector selector = selector();
    Selector.Target target = selector.wholeFolder(folder);
    Selector.Folder open = selector.folder(target);
    List<RunListing> runs = selector.runs(open, target);
    if (isJson()) {
      json(open.place(), runs);
    } else if (runs.isEmpty()) {
      print("no snapshots in " + open.place());
    } else {
      runs.forEach(this::table);
    }
    boolean damaged =
        runs.stream()
            .flatMap(run -> run.newestFirst().stream())
            .anyMatch(s -> !s.isComplete() && s.status() != SnapshotListing.Status.INCOMPLETE);
    return damaged ? Exit.DAMAGE : Exit.SOUND;
  }

  private void table(RunListing run) {
    long bytes = run.newestFirst().stream().mapToLong(SnapshotListing::bytes).sum();
    int count = run.newestFirst().size();
    print("run " + run.run() + ": " + Show.count(count, "snapshot") + ", " + Show.bytes(bytes));
    Table table =
        new Table(
            ">STEP", ">ATTEMPT", ">EPOCH", ">AGE", ">SIZE", ">PARTS", "STATE", "UPLOAD", "METRICS");
    for (SnapshotListing snapshot : run.newestFirst()) {
      Optional<SnapshotDetails> details = snapshot.details();
      table.row(
          snapshot.id().step(),
          snapshot.id().attempt(),
          details.map(d -> String.valueOf(d.progress().epoch())).orElse("?"),
          details.map(this::age).orElse("?"),
          Show.bytes(snapshot.bytes()),
          snapshot.parts(),
          SnapshotJson.name(snapshot.status()),
          upload(snapshot.upload()),
          details.map(d -> Show.metrics(d.metrics())).orElse(""));
    }
    table.lines().forEach(this::print);
    run.newestFirst().stream()
        .filter(snapshot -> !snapshot.isComplete())
        .forEach(snapshot -> print(Show.id(snapshot.id()) + ": " + snapshot.problem()));
  }

  private String age(SnapshotDetails details) {
    return Show.age(Duration.between(details.time(), console().clock().instant()));
  }

  private static String upload(UploadState state) {
    return state == UploadState.UNKNOWN ? "-" : SnapshotJson.name(state);
  }

  private void json(String place, List<RunListing> runs) throws IOException {
    printJson(
        json -> {
          json.writeStringField("place", place);
          json.writeArrayFieldStart("runs");
          for (RunListing run : runs) {
            json.writeStartObject();
            json.writeStringField("run", run.run().value());
            json.writeArrayFieldStart("snapshots");
            for (SnapshotListing snapshot : run.newestFirst()) {
              json.writeStartObject();
              SnapshotJson.listing(json, snapshot);
              json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
