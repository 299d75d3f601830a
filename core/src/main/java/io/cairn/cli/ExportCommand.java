// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.CheckReport;
import io.cairn.inspect.SnapshotCheck;
import io.cairn.inspect.SnapshotChecker;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorInfo;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes what is in a snapshot as a file of another kind. */
@Command(
    name = "export",
    description = {
      "Writes one part of a snapshot as a file that other programs read. The snapshot is verified"
          + " before.",
      "safetensors: the data file, not compressed. npz: a file for numpy.load; BF16 becomes"
          + " float32, floats of 8 bits and less stay bytes. xgboost: the booster's own file, if"
          + " the snapshot holds one. dl4j: the zip file of ModelSerializer, if the snapshot is of a"
          + " DL4J network. djl: the parameter file of Model.save, if it is of a DJL model. raw: the"
          + " bytes of one tensor, little-endian."
    },
    footer = {
      "  cairn export checkpoints@1200 --format npz --output bank.npz",
      "  cairn export checkpoints --format xgboost --output booster.ubj",
      "  cairn export checkpoints --format dl4j --output network.zip",
      "  cairn export checkpoints --format djl",
      "  cairn export checkpoints --format raw --tensor model/weights"
    })
final class ExportCommand extends BaseCommand {
  private static final String UNSAFE = "[^A-Za-z0-9._-]";
  private static final String MODEL_SECTION = "model";

  @Parameters(arity = "0..1", paramLabel = "SNAPSHOT", description = "FOLDER[@SNAPSHOT] or a file.")
  private Optional<String> snapshot = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.safetensors;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "Which tensor, for raw; or which, if several could be a booster.")
  private Optional<String> tensorName = Optional.empty();

  @Option(
      names = "--trainer",
      paramLabel = "NAME",
      description = "Whose model, for djl, if several are trained together. Default: the first.")
  private Optional<String> trainer = Optional.empty();

  @Option(
      names = "--part",
      paramLabel = "N",
      description = "Which part, if every rank saved one. Default: ${DEFAULT-VALUE}.")
  private int part;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Where to. Default: in the working folder, RUN-STEP-ATTEMPT and an ending; for djl,"
              + " RUN-EPOCH.params.")
  private Optional<Path> output = Optional.empty();

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  ExportCommand(Console console) {
    super(console);
  }

  /** The kinds of files, as they are typed. */
  @SuppressWarnings("MemberName") // picocli shows the constants as they are
  private enum Format {
    safetensors,
    npz,
    xgboost,
    dl4j,
    djl,
    raw
  }

  @Override
  public Integer call() throws CliException, IOException, InterruptedException {
    Selector selector = selector();
    Selector.Selected selected = selector.snapshot(selector.target(snapshot, Optional.empty()));
    if (part < 0 || part >= selected.snapshot().parts()) {
      throw new CliException(
          "there is no part " + part + "; the snapshot has " + selected.snapshot().parts());
    }
    Path file = output.orElse(Path.of(defaultName(selected.snapshot())));
    OutputFile.requireFree(file, force);
    requireSound(selected);
    try (SnapshotReader reader = SnapshotReader.open(selected.store(), selected.snapshot())) {
      OutputFile.write(file, force, channel -> write(reader, channel));
      report(file);
    }
    return Exit.SOUND;
  }

  private void requireSound(Selector.Selected selected)
      throws CorruptSnapshotException, InterruptedException {
    CheckReport report;
    try (ProgressDisplay progress =
        new ProgressDisplay(console(), "verifying", selected.snapshot().bytes())) {
      report =
          new SnapshotChecker(selected.store(), false, 1, progress)
              .check(List.of(selected.snapshot()));
    }
    SnapshotCheck check = report.snapshots().get(0);
    if (!check.isSound()) {
      throw new CorruptSnapshotException(
          "nothing was exported: " + check.findings().get(0).message());
    }
  }

  private String defaultName(SnapshotListing chosen) {
    if (format == Format.djl) {
      return djlName(chosen);
    }
    String ending =
        switch (format) {
          case safetensors -> "safetensors";
          case npz -> "npz";
          case xgboost -> "ubj";
          case dl4j -> "zip";
          case djl -> "params";
          case raw -> tensorName.orElse("tensor").replaceAll(UNSAFE, "_") + ".raw";
        };
    String name = chosen.run() + "-" + chosen.id().step() + "-" + chosen.id().attempt();
    return name + (chosen.parts() > 1 ? "-part" + part : "") + "." + ending;
  }

  /** As DJL names and finds it: {@code Model.load(folder, run)}. */
  private String djlName(SnapshotListing chosen) {
    long epoch = chosen.details().map(details -> details.progress().epoch()).orElse(0L);
    String model = trainer.map(name -> name.replaceAll(UNSAFE, "_")).orElse(chosen.run().value());
    return String.format(Locale.ROOT, "%s-%04d.params", model, epoch);
  }

  private void write(SnapshotReader reader, FileChannel file) throws IOException, CliException {
    switch (format) {
      case safetensors -> reader.readPlain(part, piece -> writeFully(file, piece));
      case npz -> {
        try (NpzWriter npz = new NpzWriter(OutputFile.stream(file))) {
          for (TensorInfo tensor : reader.parts().get(part).tensors()) {
            npz.add(reader, tensor);
          }
        }
      }
      case xgboost -> reader.read(booster(reader), piece -> writeFully(file, piece));
      case dl4j -> {
        try (OutputStream out = OutputFile.stream(file)) {
          new Dl4jZip(reader, part).writeTo(out);
        }
      }
      case djl -> {
        try (OutputStream out = OutputFile.stream(file)) {
          djl(reader).writeTo(out);
        }
      }
      case raw -> reader.read(named(reader), piece -> writeFully(file, piece));
    }
  }

  private DjlParameters djl(SnapshotReader reader) {
    return new DjlParameters(reader, part, trainer.map(name -> name + ".").orElse(""));
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private TensorInfo named(SnapshotReader reader) throws CliException {
    if (tensorName.isEmpty()) {
      throw new CliException("--format raw needs --tensor NAME; there is " + names(reader));
    }
    return reader.parts().get(part).tensors().stream()
        .filter(tensor -> tensor.fullName().equals(tensorName.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    "no tensor '" + tensorName.get() + "'; there is " + names(reader)));
  }

  private String names(SnapshotReader reader) {
    int shown = 8;
    List<String> names =
        reader.parts().get(part).tensors().stream().map(TensorInfo::fullName).toList();
    return String.join(", ", names.subList(0, Math.min(shown, names.size())))
        + (names.size() > shown ? ", ..." : "");
  }

  /** A booster is one blob, and both of its formats begin as an object does. */
  private TensorInfo booster(SnapshotReader reader) throws CliException, IOException {
    if (tensorName.isPresent()) {
      return named(reader);
    }
    for (TensorInfo tensor : reader.parts().get(part).tensors()) {
      if (tensor.section().equals(MODEL_SECTION)
          && tensor.spec().dtype() == DType.U8
          && tensor.spec().shape().size() == 1
          && firstByte(reader, tensor) == '{') {
        return tensor;
      }
    }
    throw new CliException(
        "the snapshot holds no XGBoost model: section '"
            + MODEL_SECTION
            + "' has no bytes that begin as one; there is "
            + names(reader));
  }

  private static int firstByte(SnapshotReader reader, TensorInfo tensor) throws IOException {
    int[] first = {-1};
    reader.read(
        tensor,
        piece -> {
          if (first[0] < 0) {
            first[0] = piece.get();
          }
        });
    return first[0];
  }

  private void report(Path file) throws IOException {
    long bytes = Files.size(file);
    if (isJson()) {
      printJson(
          json -> {
            json.writeStringField("file", file.toString());
            json.writeStringField("format", format.name().toLowerCase(Locale.ROOT));
            json.writeNumberField("bytes", bytes);
          });
    } else {
      print(file + ": " + format + ", " + Show.bytes(bytes));
    }
  }
}
