// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.format.Json;
import io.cairn.format.JsonObject;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.testkit.ForkedJvm;
import io.cairn.testkit.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see, and that docs/OBSERVING.md says it as it is. */
class ObservingTest {
  private static final Path CORE = Path.of(System.getProperty("basedir", "core"));
  private static final Path PAGE = CORE.resolve("../docs/OBSERVING.md");
  private static final Path SOURCES = CORE.resolve("src/main/java/io/cairn");
  private static final CheckpointEvents NOTHING = new CheckpointEvents() {};

  @TempDir Path folder;

  private static List<JsonObject> metricDefinitions() throws IOException {
    Matcher block = Pattern.compile("(?s)```json\n(.*?)```").matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    return Json.parseObject(("{\"all\": " + block.group(1) + "}").getBytes(StandardCharsets.UTF_8))
        .objects("all");
  }

  /** Two attempts of a real process. */
  private List<String> logLines() throws Exception {
    Path base = folder.resolve("ml");
    Path config = Files.createDirectories(base.resolve("input/config"));
    Files.writeString(
        config.resolve("hyperparameters.json"),
        "{\"checkpoint_every_steps\": \"5\", \"checkpoint_keep_last\": \"1\","
            + " \"checkpoint_s3_uri\": \"s3://observing/bank\"}");
    List<String> lines = new ArrayList<>();
    try (S3Server server = S3Server.start()) {
      server.client().createBucket(create -> create.bucket("observing"));
      for (int steps : List.of(10, 20)) {
        ForkedJvm.Builder training =
            ForkedJvm.running("io.cairn.LogisticRegression")
                .property("org.slf4j.simpleLogger.log.io.cairn", "info")
                .arguments(base, steps, folder.resolve("result"), 20);
        server.environment().forEach(training::environment);
        try (ForkedJvm process = training.start()) {
          assertThat(process.waitFor(Duration.ofSeconds(60))).isZero();
          lines.addAll(process.lines());
        }
      }
    }
    return lines;
  }

  @Test
  void theMetricDefinitionsFindTheirNumbersInRealLines() throws Exception {
    List<String> lines = logLines();

    for (JsonObject definition : metricDefinitions()) {
      Pattern regex = Pattern.compile(definition.string("Regex"));
      if (definition.string("Name").equals("cairn:failures_in_a_row")) {
        continue; // no save fails here; the test below has a line
      }
      assertThat(lines)
          .as(definition.string("Name"))
          .anySatisfy(
              line -> {
                Matcher matcher = regex.matcher(line);
                assertThat(matcher.find()).isTrue();
                assertThat(Double.parseDouble(matcher.group(1))).isNotNegative();
              });
    }
  }

  @Test
  void theMetricDefinitionsAreAsSageMakerWantsThem() throws Exception {
    List<JsonObject> definitions = metricDefinitions();

    assertThat(definitions).hasSizeBetween(5, 40);
    for (JsonObject definition : definitions) {
      assertThat(definition.string("Name")).hasSizeBetween(1, 255).matches(".+");
      assertThat(definition.string("Regex")).hasSizeBetween(1, 500).contains("([0-9");
    }
    assertThat("cairn event=failed run=bank step=5 attempt=1 in_a_row=2 reason=\"disk full\"")
        .containsPattern(
            definitions.stream()
                .filter(d -> hasName(d, "cairn:failures_in_a_row"))
                .map(ObservingTest::regex)
                .findFirst()
                .orElseThrow());
  }

  private static boolean hasName(JsonObject definition, String name) {
    return name.equals(definition.value("Name"));
  }

  private static String regex(JsonObject definition) {
    return String.valueOf(definition.value("Regex"));
  }

  @Test
  void aFlightRecordingHoldsTheEvents() throws Exception {
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      SampleRuns.trainMirrored(
          folder.resolve("checkpoints"), folder.resolve("other"), "flight", 20, NOTHING);
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("cairn."))
            .filter(event -> event.getString("run").equals("flight"))
            .toList();

    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .contains("cairn.Restore", "cairn.Capture", "cairn.Write", "cairn.Commit", "cairn.Upload");
    RecordedEvent commit = atStep20("cairn.Commit", events);
    assertThat(commit.getLong("bytes")).isEqualTo(960);
    assertThat(commit.getInt("attempt")).isEqualTo(1);
    RecordedEvent write = atStep20("cairn.Write", events);
    assertThat(write.getLong("bytes")).isEqualTo(960);
    assertThat(write.getDuration("data")).isPositive().isLessThan(commit.getDuration("write"));
    RecordedEvent staged = atStep20("cairn.Stage", events);
    assertThat(staged.getLong("bytes")).isPositive();
    assertThat(staged.getDuration("copy"))
        .isPositive()
        .isLessThanOrEqualTo(atStep20("cairn.Capture", events).getDuration("stall"));
    RecordedEvent upload = atStep20("cairn.Upload", events);
    assertThat(upload.getLong("bytes")).isEqualTo(960);
    assertThat(upload.getDuration("upload")).isPositive();
  }

  private static RecordedEvent atStep20(String name, List<RecordedEvent> events) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .filter(event -> event.getLong("step") == 20)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFlightRecordingHoldsWhatFailed() throws Exception {
    FlightRecorderEvents events = new FlightRecorderEvents(new RunName("failing"));
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      events.uploadFailed(new IOException("no route to host"));
      events.fetched(
          new CheckpointEvents.Fetched(new SnapshotId(20, 3), 960, Duration.ofMillis(7)));
      events.uploadStalled(
          new CheckpointEvents.UploadStalled(
              new SnapshotId(40, 3), Duration.ofMinutes(11), Optional.empty()));
      recording.stop();
      recording.dump(file);
    }

    assertThat(RecordingFile.readAllEvents(file))
        .anySatisfy(
            event -> {
              assertThat(event.getEventType().getName()).isEqualTo("cairn.UploadFailure");
              assertThat(event.getString("reason")).isEqualTo("no route to host");
            })
        .anySatisfy(
            event -> {
              assertThat(event.getEventType().getName()).isEqualTo("cairn.Fetch");
              assertThat(event.getInt("attempt")).isEqualTo(3);
              assertThat(event.getDuration("fetch")).isEqualTo(Duration.ofMillis(7));
            })
        .anySatisfy(
            event -> {
              assertThat(event.getEventType().getName()).isEqualTo("cairn.UploadStall");
              assertThat(event.getLong("step")).isEqualTo(40);
              assertThat(event.getDuration("still")).isEqualTo(Duration.ofMinutes(11));
            });
  }

  @Test
  void thePageListsEveryLineThatIsLogged() throws Exception {
    String page = Files.readString(PAGE);
    Set<String> names = new TreeSet<>();
    for (String place : List.of("", "store/s3/")) {
      try (Stream<Path> sources = Files.list(SOURCES.resolve(place))) {
        for (Path source : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
          Matcher line =
              Pattern.compile("\"cairn event=([a-z_]+) ").matcher(Files.readString(source));
          line.results().forEach(found -> names.add(found.group(1)));
        }
      }
    }

    assertThat(names).contains("committed", "upload_failed", "grace_over", "uploads_not_listed");
    assertThat(names).allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
  }

  @Test
  void thePageListsEveryFlightRecorderEvent() throws Exception {
    SampleRuns.train(folder, "flight", 10);
    String page = Files.readString(PAGE);
    Set<String> names = new TreeSet<>();
    for (EventType type : FlightRecorder.getFlightRecorder().getEventTypes()) {
      if (type.getName().startsWith("cairn.")) {
        names.add(type.getName());
      }
    }

    assertThat(names).contains("cairn.Capture", "cairn.Commit", "cairn.Restore");
    assertThat(names).allSatisfy(name -> assertThat(page).contains("| `" + name + "` |"));
  }
}
