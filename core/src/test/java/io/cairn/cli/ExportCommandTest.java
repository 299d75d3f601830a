// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.SampleRuns;
import io.cairn.format.JsonObject;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import io.cairn.policy.CompressionPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  private static final String NAME =
      "bank.step-000000000010.attempt-001.part-00000-of-00001.safetensors";

  @TempDir Path folder;

  private Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  @Test
  void safetensorsIsThePlainFile() throws Exception {
    SampleRuns.train(checkpoints(), "bank", 10);
    SampleRuns.train(folder.resolve("compressed"), "bank", 10, CompressionPolicy.FAST);
    Path file = folder.resolve("out.safetensors");

    JsonObject answer =
        CliRun.of("export", folder.resolve("compressed"), "-o", file, "--json").hasStatus(0).json();

    assertThat(file).hasSameBinaryContentAs(checkpoints().resolve(NAME));
    assertThat(answer.longValue("bytes")).isEqualTo(Files.size(file));
    assertThat(CliRun.of("export", checkpoints(), "-o", file).hasStatus(Exit.USAGE).err())
        .contains("is there already; --force replaces it");
    CliRun.of("export", checkpoints(), "-o", file, "--force").hasStatus(0);
    Path plain = Files.createFile(folder.resolve("plain"));
    assertThat(Files.getPosixFilePermissions(file))
        .as("as of any new file")
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void aFolderIsNoFileToReplace() throws Exception {
    SampleRuns.train(checkpoints(), "bank", 10);
    Path empty = Files.createDirectory(folder.resolve("empty"));

    for (String output : List.of("/", ".", folder.toString(), empty.toString())) {
      for (String command : List.of("export", "report")) {
        assertThat(
                CliRun.of(command, checkpoints(), "-o", output, "--force")
                    .hasStatus(Exit.USAGE)
                    .err())
            .isEqualTo(
                "cairn: '%s' is a folder, but a file is to be written; name a file, such as one in it\n"
                    .formatted(output));
      }
    }
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void aTensorInPlanesIsExportedAsItWas() throws Exception {
    byte[] floats = new byte[1 << 18];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (byte) (i % 4 == 3 ? 0x3d + i % 16 / 8 : i * 7 + i / 509);
    }
    Map<TensorSpec, byte[]> state =
        Map.of(new TensorSpec("w", DType.F32, List.of(256L, 256L)), floats);
    SampleRuns.save(checkpoints(), "bank", state);
    SampleRuns.save(folder.resolve("compressed"), "bank", state, CompressionPolicy.FAST);
    Path file = folder.resolve("out.safetensors");

    CliRun.of("export", folder.resolve("compressed"), "-o", file).hasStatus(0);

    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
        .contains("\"cairn.format\":\"1\"");
    try (Stream<Path> files = Files.list(checkpoints())) {
      Path plain =
          files.filter(path -> path.toString().endsWith(".safetensors")).findFirst().orElseThrow();
      assertThat(file).hasSameBinaryContentAs(plain);
    }
    assertThat(CliRun.of("show", folder.resolve("compressed")).hasStatus(0).out())
        .contains("F32 [256, 256]");
    CliRun.of("verify", folder.resolve("compressed"), "--deep").hasStatus(0);
  }

  @Test
  void rawIsTheBytesOfATensor() throws Exception {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
    SampleRuns.save(
        checkpoints(), "bank", Map.of(new TensorSpec("w", DType.I32, List.of(2L)), bytes));
    Path file = folder.resolve("w.raw");

    CliRun.of("export", checkpoints(), "--format", "raw", "--tensor", "model/w", "-o", file)
        .hasStatus(0);

    assertThat(file).hasBinaryContent(bytes);
    assertThat(CliRun.of("export", checkpoints(), "--format", "raw").hasStatus(2).err())
        .contains("--format raw needs --tensor NAME; there is model/w");
    assertThat(
            CliRun.of("export", checkpoints(), "--format", "raw", "--tensor", "v")
                .hasStatus(2)
                .err())
        .contains("no tensor 'v'; there is model/w");
  }

  @Test
  void xgboostIsTheBoosterIfThereIsOne() throws Exception {
    byte[] booster = "{L\0\0\0\0learner".getBytes(StandardCharsets.ISO_8859_1);
    SampleRuns.save(
        checkpoints(),
        "bank",
        Map.of(
            new TensorSpec("a", DType.U8, List.of(2L)),
            new byte[] {1, 2},
            new TensorSpec("booster", DType.U8, List.of((long) booster.length)),
            booster));
    SampleRuns.train(folder.resolve("none"), "bank", 10);
    Path file = folder.resolve("model.ubj");

    CliRun.of("export", checkpoints(), "--format", "xgboost", "-o", file).hasStatus(0);

    assertThat(file).hasBinaryContent(booster);
    assertThat(
            CliRun.of("export", folder.resolve("none"), "--format", "xgboost").hasStatus(2).err())
        .contains("the snapshot holds no XGBoost model");
  }

  @Test
  void aFormatThatDoesNotFitSaysWhatTheSnapshotHolds() throws Exception {
    SampleRuns.train(checkpoints(), "bank", 10);

    assertThat(CliRun.of("export", checkpoints(), "--format", "dl4j").hasStatus(2).err())
        .isEqualToIgnoringNewLines(
            "cairn: dl4j needs a snapshot of a MultiLayerNetwork or ComputationGraph by cairn-dl4j,"
                + " with the sections configuration, counters, model and vectors; this one has no"
                + " section 'configuration', but the sections cairn, model, optimizer, rng");
    assertThat(
            CliRun.of("export", checkpoints(), "--format", "djl", "--trainer", "generator")
                .hasStatus(2)
                .err())
        .startsWith("cairn: djl needs a snapshot of a DJL model by cairn-djl")
        .contains("this one has no section 'generator.model', but the sections cairn, model");
  }

  @Test
  void theConfigurationOfANetworkGetsTheCountersOfTheSnapshot() throws Exception {
    String json =
        "{\"confs\" : [ {\"epochCount\" : 0, \"iterationCount\" : 0, \"l1\": 1.0E-8} ],"
            + " \"epochCount\" : 0, \"x\" : {\"epochCount\" : 0}, \"iterationCount\" : 17}";

    assertThat(Dl4jConfiguration.counted(json, 1234, 5))
        .isEqualTo(
            "{\"confs\" : [ {\"epochCount\" : 5, \"iterationCount\" : 0, \"l1\": 1.0E-8} ],"
                + " \"epochCount\" : 5, \"x\" : {\"epochCount\" : 0}, \"iterationCount\" : 1234}");
  }

  @Test
  void npzIsAZipOfArrays() throws Exception {
    SampleRuns.train(checkpoints(), "bank", 10);
    Path file = folder.resolve("out.npz");
    CliRun.of("export", checkpoints(), "--format", "npz", "-o", file).hasStatus(0);

    try (ZipFile zip = new ZipFile(file.toFile())) {
      var entry = zip.getEntry("model/weights.npy");
      byte[] bytes = zip.getInputStream(entry).readAllBytes();
      assertThat(new String(bytes, 0, 128, StandardCharsets.ISO_8859_1))
          .contains("{'descr': '<f8', 'fortran_order': False, 'shape': (20,), }");
      assertThat(bytes).hasSize(128 + 160);
    }
    Path again = folder.resolve("again.npz");
    CliRun.of("export", checkpoints(), "--format", "npz", "-o", again).hasStatus(0);
    assertThat(again).hasSameBinaryContentAs(file);
  }

  @Test
  void numpyReadsEveryType() throws Exception {
    Map<TensorSpec, byte[]> tensors =
        Map.of(
            new TensorSpec("bf16", DType.BF16, List.of(2L)),
                new byte[] {(byte) 0x80, 0x3F, 0, 0x40},
            new TensorSpec("f16", DType.F16, List.of(1L, 1L)), new byte[] {0, 0x3C},
            new TensorSpec("bool", DType.BOOL, List.of(2L)), new byte[] {0, 1},
            new TensorSpec("scalar", DType.I64, List.of()), new byte[] {7, 0, 0, 0, 0, 0, 0, 0},
            new TensorSpec("empty", DType.F32, List.of(0L, 3L)), new byte[0],
            new TensorSpec("f4", DType.F4, List.of(2L)), new byte[] {0x21},
            new TensorSpec("c64", DType.C64, List.of(1L)),
                new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40});
    SampleRuns.save(checkpoints(), "bank", tensors);
    Path file = folder.resolve("out.npz");
    CliRun.of("export", checkpoints(), "--format", "npz", "-o", file).hasStatus(0);

    String script =
        "import numpy,sys\nfor k,v in sorted(numpy.load(sys.argv[1]).items()):"
            + " print(k, v.dtype, v.shape, v.tolist())";

    assertThat(python(script, file).lines())
        .containsExactly(
            "model/bf16 float32 (2,) [1.0, 2.0]",
            "model/bool bool (2,) [False, True]",
            "model/c64 complex64 (1,) [(1+2j)]",
            "model/empty float32 (0, 3) []",
            "model/f16 float16 (1, 1) [[1.0]]",
            "model/f4 uint8 (1,) [33]",
            "model/scalar int64 () 7");
  }

  private static String python(String script, Path file) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder("python3", "-c", script, file.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "python3 is not on the PATH");
      throw e;
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assumeTrue(!out.contains("No module named 'numpy'"), "numpy is not there");
    return out;
  }

  @Test
  void aDamagedSnapshotIsNotExported() throws Exception {
    SampleRuns.train(checkpoints(), "bank", 10);
    byte[] bytes = Files.readAllBytes(checkpoints().resolve(NAME));
    bytes[bytes.length - 1] ^= 1;
    Files.write(checkpoints().resolve(NAME), bytes);
    Path file = folder.resolve("out.npz");

    assertThat(
            CliRun.of("export", checkpoints(), "--format", "npz", "-o", file)
                .hasStatus(Exit.DAMAGE)
                .err())
        .startsWith("cairn: nothing was exported: Data file");
    assertThat(file).doesNotExist();
  }
}
