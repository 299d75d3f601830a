// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.CopyThreads;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenDifferent;
import io.cairn.policy.WhenTerminated;
import io.cairn.store.S3Uri;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads the {@code checkpoint_*} keys among the hyperparameters of a job. */
public final class Hyperparameters {
  private final Map<String, String> values;
  private final List<String> problems;

  private Hyperparameters(Map<String, String> values, List<String> problems) {
    this.values = values;
    this.problems = problems;
  }

  /**
   * Reads all keys. Hyperparameters of other names are left to the training.
   *
   * @param values the job's hyperparameters, as {@link ContainerConfig#hyperparameters} has them
   * @param problems receives one line for each key that is unknown, each value that cannot be used,
   *     and each contradiction
   * @return what the usable ones say
   */
  public static CheckpointSettings read(Map<String, String> values, List<String> problems) {
    return new Hyperparameters(values, problems).read();
  }

  private CheckpointSettings read() {
    checkNames();
    Optional<Boolean> keepAll = value(Key.KEEP_ALL, Parse::bool);
    checkKeepAll(keepAll.orElse(false));
    OptionalInt rank = number(Key.RANK, 0, Rank.MAX_WORLD_SIZE - 1);
    OptionalInt worldSize = number(Key.WORLD_SIZE, 1, Rank.MAX_WORLD_SIZE);
    boolean rankHolds = checkRank(rank, worldSize);
    return new CheckpointSettings(
        value(Key.RUN, RunName::new),
        value(Key.LOCAL_PATH, Hyperparameters::path),
        value(Key.S3_URI, Hyperparameters::text).filter(this::isPlaceInS3),
        value(Key.S3_KMS_KEY, Hyperparameters::text),
        value(Key.UPLOAD_LIMIT, Parse::bytes),
        savePolicy(),
        value(Key.AT_END, Parse::bool),
        retentionPolicy(keepAll.orElse(false)),
        value(Key.FAILURES, Hyperparameters::failurePolicy),
        choice(Key.WHEN_BUSY, WhenBusy.class),
        choice(Key.COMPRESSION, CompressionPolicy.class),
        number(Key.COMPRESSION_THREADS, 1, CompressionPolicy.MAX_THREADS),
        number(Key.THREAD_PRIORITY, Thread.MIN_PRIORITY, Thread.MAX_PRIORITY),
        number(Key.COPY_THREADS, 1, CopyThreads.MAX),
        value(Key.REUSE_FILES, Parse::bool),
        value(Key.STAGING_LIMIT, Parse::bytes).map(OptionalLong::of).orElse(OptionalLong.empty()),
        rankHolds ? rank : OptionalInt.empty(),
        rankHolds ? worldSize : OptionalInt.empty(),
        number(Key.ATTEMPT, 1, SnapshotId.MAX_ATTEMPT),
        choice(Key.SIGTERM, WhenTerminated.class),
        value(Key.GRACE, Parse::duration),
        number(Key.EXIT_STATUS, 0, CheckpointSettings.MAX_EXIT_STATUS),
        value(Key.SYNC_STALL, Parse::duration),
        choice(Key.ON_DIFFERENCE, WhenDifferent.class));
  }

  private void checkNames() {
    values.keySet().stream()
        .filter(name -> Key.named(name).isEmpty())
        .filter(name -> name.startsWith(Key.PREFIX) || isAlmostKey(name))
        .sorted()
        .map(name -> Shown.of(name) + " is not a setting; did you mean " + Key.nearest(name) + "?")
        .forEach(problems::add);
  }

  /** Other names that begin so may be the training's own: only these are surely a mistake. */
  private static boolean isAlmostKey(String name) {
    return Key.nearest(name).isWithinOneCharacterOf(name);
  }

  private void checkKeepAll(boolean keepAll) {
    List<Key> others =
        Stream.of(Key.KEEP_LAST, Key.KEEP_BEST, Key.KEEP_EVERY_STEPS, Key.KEEP_NEWER_THAN)
            .filter(this::isSet)
            .toList();
    if (keepAll && !others.isEmpty()) {
      problems.add(Key.KEEP_ALL + " excludes " + others + "; remove one or the other");
    }
  }

  /** Whether the two may be asked for: what is said here need not be said where they are used. */
  private boolean checkRank(OptionalInt rank, OptionalInt worldSize) {
    int before = problems.size();
    if (isSet(Key.RANK) && !isSet(Key.WORLD_SIZE)) {
      problems.add(Key.RANK + " needs " + Key.WORLD_SIZE + ", which is not set");
    } else if (rank.isPresent()
        && worldSize.isPresent()
        && rank.getAsInt() >= worldSize.getAsInt()) {
      problems.add(
          Key.RANK
              + " must be less than "
              + Key.WORLD_SIZE
              + ", but is "
              + rank.getAsInt()
              + " of "
              + worldSize.getAsInt());
    }
    return problems.size() == before;
  }

  private Optional<SavePolicy> savePolicy() {
    SavePolicy[] policies =
        Stream.of(
                value(Key.EVERY_STEPS, text -> SavePolicy.everySteps(Parse.count(text))),
                value(Key.EVERY_EPOCHS, text -> SavePolicy.everyEpochs(Parse.count(text))),
                value(Key.EVERY, text -> SavePolicy.every(Parse.duration(text))),
                value(Key.ON_IMPROVEMENT, Parse::improvement))
            .flatMap(Optional::stream)
            .toArray(SavePolicy[]::new);
    return policies.length == 0 ? Optional.empty() : Optional.of(SavePolicy.anyOf(policies));
  }

  private Optional<RetentionPolicy> retentionPolicy(boolean keepAll) {
    RetentionPolicy[] policies =
        Stream.of(
                keepAll
                    ? Optional.of(RetentionPolicy.keepAll())
                    : Optional.<RetentionPolicy>empty(),
                value(Key.KEEP_LAST, text -> RetentionPolicy.keepLast(Parse.intCount(text))),
                value(Key.KEEP_BEST, Parse::best),
                value(
                    Key.KEEP_EVERY_STEPS,
                    text -> RetentionPolicy.keepEverySteps(Parse.count(text))),
                value(
                    Key.KEEP_NEWER_THAN,
                    text -> RetentionPolicy.keepNewerThan(Parse.duration(text))))
            .flatMap(Optional::stream)
            .toArray(RetentionPolicy[]::new);
    return policies.length == 0 ? Optional.empty() : Optional.of(RetentionPolicy.anyOf(policies));
  }

  private static FailurePolicy failurePolicy(String text) {
    return text.equalsIgnoreCase("strict")
        ? FailurePolicy.strict()
        : FailurePolicy.tolerate(Parse.intCount(text) - 1);
  }

  private boolean isPlaceInS3(String uri) {
    try {
      S3Uri.parse(uri);
      return true;
    } catch (IllegalArgumentException e) {
      problems.add(Key.S3_URI + ": " + e.getMessage());
      return false;
    }
  }

  private static String text(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException();
    }
    return Path.of(text);
  }

  private OptionalInt number(Key key, int min, int max) {
    return value(key, text -> Math.toIntExact(Parse.number(text, min, max)))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private <E extends Enum<E>> Optional<E> choice(Key key, Class<E> type) {
    return value(key, text -> Parse.choice(type, text));
  }

  private <T> Optional<T> value(Key key, Function<String, T> parser) {
    if (!isSet(key)) {
      return Optional.empty();
    }
    String text = values.get(key.toString());
    try {
      return Optional.of(parser.apply(text.strip()));
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException otherForm) {
      problems.add(key + " must be " + key.form() + ", but is '" + Shown.of(text) + "'");
      return Optional.empty();
    }
  }

  private boolean isSet(Key key) {
    return values.containsKey(key.toString());
  }
}
