// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above all others. */
@Command(
    name = "cairn",
    description = "Looks at the snapshots of trainings.",
    mixinStandardHelpOptions = true,
    versionProvider = CairnCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nFor example:%n",
    footer = {
      "  cairn ls /opt/ml/checkpoints           what is there",
      "  cairn verify /opt/ml/checkpoints       is all of it sound",
      "  cairn show checkpoints@latest          what is in the newest snapshot",
      "  cairn diff checkpoints@1000 @1200      what changed from step 1000 to 1200",
      "  cairn report checkpoints               a page that shows the whole run",
      "  cairn doctor /opt/ml/checkpoints       what is wrong, and what to do",
      "  cairn pull s3://bucket/jobs/bank       the newest snapshot, from S3 to the job's folder",
      "  cairn rehearse -- java -jar train.jar  does the training survive an interruption",
      "  source <(cairn generate-completion)    completion by the tab key",
      "",
      "A snapshot is FOLDER@STEP, FOLDER@STEP/ATTEMPT, FOLDER@latest, or one of its files. Without",
      "a folder it is the job's checkpoint folder, /opt/ml/checkpoints unless configured otherwise.",
      "A folder may be s3://BUCKET/PREFIX, or sagemaker:JOB for where a training job keeps them.",
      "",
      "Exit status: 0 sound or the same, 1 damage or a difference, 2 the command cannot be done."
    })
final class CairnCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CairnCommand.class.getPackage().getImplementationVersion();
      return new String[] {"cairn " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
