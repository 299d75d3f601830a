// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.rehearsal.AttemptReport;
import io.cairn.rehearsal.Bucket;
import io.cairn.rehearsal.Interruption;
import io.cairn.rehearsal.Rehearsal;
import io.cairn.rehearsal.RehearsalBuilder;
import io.cairn.rehearsal.RehearsalReport;
import io.cairn.rehearsal.SyncHabits;
import io.cairn.rehearsal.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a training as SageMaker would, and interrupts it. */
@Command(
    name = "rehearse",
    customSynopsis = "cairn rehearse [OPTIONS] -- COMMAND [ARGUMENTS]",
    description = {
      "Runs an unmodified training in a model of SageMaker: folders, configuration files and"
          + " environment as in a container, and an agent that copies the checkpoint folder to a"
          + " folder that stands for S3. Interrupts it, and starts it again on new machines that"
          + " have nothing but what had reached S3, until it ends.",
      "The base folder is not /opt/ml, but what $SAGEMAKER_BASE_DIR says, and {base} in the"
          + " command.",
      "The status is 0 if the training survived, 1 if it did not, 2 if it could not be rehearsed."
    },
    footer = {
      "  cairn rehearse -- java -jar train.jar",
      "  cairn rehearse --interrupt kill@random:60s --times 5 --compare -- java -jar train.jar",
      "  cairn rehearse --hosts 3,2 --interrupt 'term@line:epoch 2' -- ./train {base}"
    })
final class RehearseCommand extends BaseCommand {
  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The training, after --.")
  private List<String> command = List.of();

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Where it all happens: empty or new. Default: a new temporary one. Stays.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--interrupt",
      paramLabel = "HOW@WHEN",
      converter = InterruptionText.class,
      description = {
        "HOW is kill (SIGKILL) or term (SIGTERM, and SIGKILL after the grace). WHEN is a time such"
            + " as 90s, random:TIME (at random below it), line:REGEX (a line in which it is found),"
            + " snapshots:N or uploads:N (so many snapshots or files have reached S3).",
        "One for each attempt, in order. Default: kill@snapshots:2."
      })
  private List<Interruption> interruptions = new ArrayList<>();

  @Option(names = "--times", paramLabel = "N", description = "All interruptions so many times.")
  private int times = 1;

  @Option(
      names = "--hosts",
      paramLabel = "N",
      split = ",",
      description = "Hosts of the first attempt, the second, and so on. Default: 1.")
  private List<Integer> hosts = List.of(1);

  @Option(
      names = "--compare",
      description = "Train uninterrupted, too, and compare snapshots and model files bit by bit.")
  private boolean compare;

  @Option(
      names = "--compare-line",
      paramLabel = "REGEX",
      description = "The same, and compare what it finds in the last line in which it is found.")
  private Optional<String> compareLine = Optional.empty();

  @Option(
      names = "--hyperparameter",
      paramLabel = "NAME=VALUE",
      description = "As checkpoint_every_steps=100.")
  private Map<String, String> hyperparameters = new LinkedHashMap<>();

  @Option(names = "--env", paramLabel = "NAME=VALUE", description = "An environment variable.")
  private Map<String, String> environment = new LinkedHashMap<>();

  @Option(
      names = "--channel",
      paramLabel = "NAME=FOLDER",
      description = "Input data, under input/data/NAME.")
  private Map<String, Path> channels = new LinkedHashMap<>();

  @Option(
      names = "--toolkit",
      description = "Set the SM_* variables, as SageMaker's Python toolkit does.")
  private boolean toolkit;

  @Option(
      names = "--step-line",
      paramLabel = "REGEX",
      description = "Finds finished steps in the output, as its first group: 'step (\\d+)'.")
  private Optional<String> stepLine = Optional.empty();

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = InterruptionText.Time.class,
      description = "From SIGTERM to SIGKILL. Default: 120s.")
  private Optional<Duration> grace = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "TIME",
      converter = InterruptionText.Time.class,
      description = "How long an attempt may take. Default: 1h.")
  private Optional<Duration> limit = Optional.empty();

  @Option(
      names = "--sync-delay",
      paramLabel = "TIME",
      converter = InterruptionText.Time.class,
      description = "Each step of an upload waits at random below this. Default: 200ms.")
  private Optional<Duration> syncDelay = Optional.empty();

  @Option(
      names = "--sync-stall",
      paramLabel = "TIME",
      converter = InterruptionText.Time.class,
      description = "So long after each start, the sync stands still.")
  private Optional<Duration> syncStall = Optional.empty();

  @Option(names = "--no-sync-deletes", description = "What is deleted stays in S3.")
  private boolean noSyncDeletes;

  @Option(
      names = "--sync-drains",
      description = "After an end on SIGTERM, what is there is uploaded. Nothing promises that.")
  private boolean syncDrains;

  @Option(
      names = "--bucket",
      paramLabel = "PLACE",
      description = "What stands for S3: s3://bucket/prefix, empty. Default: a folder.")
  private Optional<String> bucket = Optional.empty();

  @Option(
      names = "--neighbours",
      paramLabel = "FOLDER",
      description = "Files of another job, restored too: an S3 URI without its closing slash.")
  private Optional<Path> neighbours = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Of everything random.")
  private Optional<Long> seed = Optional.empty();

  RehearseCommand(Console console) {
    super(console);
  }

  /** The command without the option for runs, which it has no use for. */
  static CommandLine create(Console console) {
    CommandLine created = new CommandLine(new RehearseCommand(console));
    CommandSpec spec = created.getCommandSpec();
    spec.remove(spec.findOption("--run"));
    return created;
  }

  @Override
  public Integer call() throws CliException, IOException, InterruptedException {
    RehearsalReport report = builder().listener(this::tell).run();
    if (isJson()) {
      printJson(json -> new RehearsalJson(json).write(report));
    } else {
      report.lines().forEach(this::print);
    }
    if (report.verdict().kind() == Verdict.Kind.NOT_INTERRUPTED) {
      return Exit.USAGE;
    }
    return report.verdict().isSurvived() ? Exit.SOUND : Exit.DAMAGE;
  }

  private void tell(AttemptReport attempt) {
    console().err().println("attempt " + attempt.number() + ": " + attempt.why());
    console().err().flush();
  }

  private RehearsalBuilder builder() throws CliException {
    try {
      RehearsalBuilder builder = Rehearsal.of(command).hosts(hosts).sync(sync());
      folder.ifPresent(builder::folder);
      hyperparameters.forEach(builder::hyperparameter);
      environment.forEach(builder::environment);
      channels.forEach(builder::channel);
      interruptions().forEach(builder::interrupt);
      stepLine.ifPresent(builder::stepLine);
      compareLine.ifPresent(builder::compareLine);
      grace.ifPresent(builder::grace);
      limit.ifPresent(builder::limit);
      neighbours.ifPresent(builder::neighbours);
      seed.ifPresent(builder::seed);
      if (bucket.isPresent()) {
        builder.bucket(Bucket.of(new StoreLocator(console().environment()).create(bucket.get())));
      }
      return switches(builder);
    } catch (IllegalArgumentException e) {
      throw new CliException(e.getMessage());
    }
  }

  private List<Interruption> interruptions() throws CliException {
    if (times < 1) {
      throw new CliException("--times needs 1 or more, but is " + times);
    }
    List<Interruption> once =
        interruptions.isEmpty() ? List.of(RehearsalBuilder.USUAL_INTERRUPTION) : interruptions;
    return Collections.nCopies(times, once).stream().flatMap(List::stream).toList();
  }

  private RehearsalBuilder switches(RehearsalBuilder builder) {
    if (toolkit) {
      builder.toolkitVariables();
    }
    return compare ? builder.compare() : builder;
  }

  private SyncHabits sync() {
    SyncHabits habits = SyncHabits.USUAL;
    if (syncDelay.isPresent()) {
      habits = habits.withDelay(syncDelay.get());
    }
    if (syncStall.isPresent()) {
      habits = habits.stallingAfter(syncStall.get());
    }
    habits = noSyncDeletes ? habits.withoutDeletions() : habits;
    return syncDrains ? habits.draining() : habits;
  }
}
