// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import io.cairn.model.Rank;
import io.cairn.model.SnapshotId;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.CopyThreads;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The hyperparameters that Cairn reads: {@code docs/CONFIGURATION.md} has them as a table. */
enum Key {
  RUN(
      "run",
      Form.RUN_NAME,
      "the model's name, else `training`",
      "the run's name, the first part of all its files"),
  LOCAL_PATH(
      "local_path",
      Form.PATH,
      "`/opt/ml/checkpoints`; `checkpoints` where there is no `/opt/ml`",
      "where snapshots go if the job has no checkpoint configuration"),
  S3_URI(
      "s3_uri",
      "s3://BUCKET/PREFIX",
      "no upload",
      "where snapshots are uploaded to in the background, and looked for at the start"),
  S3_KMS_KEY(
      "s3_kms_key",
      "a key's id, ARN or alias",
      "as the bucket says",
      "the KMS key that encrypts them there"),
  UPLOAD_LIMIT("upload_limit", Form.BYTES, "no limit", "how much may be uploaded in a second"),
  EVERY_STEPS("every_steps", Form.COUNT, "", "save every so many steps"),
  EVERY_EPOCHS("every_epochs", Form.COUNT, "", "save every so many epochs"),
  EVERY("every", Form.DURATION, "", "save when so much time has passed since the last save"),
  ON_IMPROVEMENT("on_improvement", Form.METRIC, "", "save when the metric is better than ever"),
  AT_END("at_end", Form.BOOLEAN, "`true`", "whether to save when training is complete, too"),
  KEEP_LAST(
      "keep_last",
      Form.COUNT,
      "`3`, if no keep key is set",
      "keep so many of the newest snapshots"),
  KEEP_BEST("keep_best", Form.BEST, "", "keep so many of the best snapshots by the metric"),
  KEEP_EVERY_STEPS(
      "keep_every_steps", Form.COUNT, "", "keep the first snapshot at or past each multiple"),
  KEEP_NEWER_THAN("keep_newer_than", Form.DURATION, "", "keep the snapshots that are not older"),
  KEEP_ALL(
      "keep_all",
      Form.BOOLEAN,
      "`false`",
      "whether to delete nothing; excludes the other keep keys"),
  FAILURES(
      "failures",
      "strict, or a whole number from 1",
      "`10`",
      "stop at the first failed save, or after so many failed saves in a row"),
  WHEN_BUSY(
      "when_busy",
      "skip, wait or replace",
      "`skip`; `wait` if ranks save state of their own",
      "when a snapshot is due while the previous one is being written: leave it out, hold the"
          + " training, or let the newest wait"),
  COMPRESSION(
      "compression",
      "none, fast or auto",
      "`none`",
      "when data files are compressed; auto: if it is no slower"),
  COMPRESSION_THREADS(
      "compression_threads",
      "a whole number from 1 to " + CompressionPolicy.MAX_THREADS,
      "`1`",
      "how many threads compress data files"),
  THREAD_PRIORITY(
      "thread_priority",
      "a whole number from " + Thread.MIN_PRIORITY + " to " + Thread.MAX_PRIORITY,
      "`5`",
      "how important the threads that write and upload are; Linux asks for"
          + " -XX:ThreadPriorityPolicy=1, too"),
  COPY_THREADS(
      "copy_threads",
      "a whole number from 1 to " + CopyThreads.MAX,
      "the processors, up to 8",
      "how many threads copy the state while the training waits, for a snapshot or out of one, and"
          + " check a local snapshot before"),
  REUSE_FILES(
      "reuse_files",
      Form.BOOLEAN,
      "`false`",
      "whether a new file is written over a dropped one: faster, but only if nobody else reads the"
          + " folder, not even a sync agent"),
  STAGING_LIMIT(
      "staging_limit",
      Form.BYTES,
      "what the JVM gives",
      "how much memory a copied state may take; with `checkpoint_when_busy` `replace` there may"
          + " be two"),
  RANK(
      "rank",
      "a whole number from 0 to " + (Rank.MAX_WORLD_SIZE - 1),
      "see below",
      "which worker this is; needs the world size, and must differ on every worker"),
  WORLD_SIZE(
      "world_size",
      "a whole number from 1 to " + Rank.MAX_WORLD_SIZE,
      "see below",
      "how many workers there are"),
  ATTEMPT(
      "attempt",
      "a whole number from 1 to " + SnapshotId.MAX_ATTEMPT,
      "one more than the highest found",
      "which life of the training this is, the same on every worker"),
  SIGTERM(
      "sigterm",
      "handle or ignore",
      "`handle`",
      "when the process is asked to end: save once more and end, or do nothing"),
  GRACE("grace", Form.DURATION, "`110s`", "how long that last save may take"),
  EXIT_STATUS(
      "exit_status",
      "a whole number from 0 to " + CheckpointSettings.MAX_EXIT_STATUS,
      "`143`",
      "the exit status if it takes longer; SageMaker takes 0 for success"),
  SYNC_STALL(
      "sync_stall",
      Form.DURATION,
      "`10m`",
      "warn when nothing has reached S3 for so long, though it should"),
  ON_DIFFERENCE(
      "on_difference",
      "warn or refuse",
      "`warn`",
      "when a snapshot fits but was taken in another environment: say so and resume, or do not"
          + " resume");

  /** Begins the name of every key; such a name that is no key is a mistake. */
  static final String PREFIX = "checkpoint_";

  /** No real name is longer; the rest of a longer one cannot make it nearer to any. */
  private static final int MAX_COMPARED_CHARS = 64;

  private final String suffix;
  private final String form;
  private final String byDefault;
  private final String help;

  Key(String suffix, String form, String byDefault, String help) {
    this.suffix = suffix;
    this.form = form;
    this.byDefault = byDefault;
    this.help = help;
  }

  /** What a value must be, to go after "must be". */
  String form() {
    return form;
  }

  /** What holds if it is not set, as the page of settings has it; empty if nothing does. */
  String byDefault() {
    return byDefault;
  }

  /** What it is for, in one line. */
  String help() {
    return help;
  }

  static Optional<Key> named(String name) {
    return Arrays.stream(values()).filter(key -> key.toString().equals(name)).findFirst();
  }

  /** The key that needs the fewest changed characters. */
  static Key nearest(String name) {
    return Arrays.stream(values())
        .min(Comparator.comparingInt(key -> key.distance(name)))
        .orElseThrow();
  }

  /** Whether a name is surely meant for it. */
  boolean isWithinOneCharacterOf(String name) {
    return distance(name) <= 1;
  }

  private int distance(String name) {
    String compared =
        name.substring(0, Math.min(name.length(), MAX_COMPARED_CHARS))
            .toLowerCase(Locale.ROOT)
            .replace('-', '_');
    return EditDistance.between(compared, toString());
  }

  /** The name as users write it. */
  @Override
  public String toString() {
    return PREFIX + suffix;
  }

  /** Forms that several keys share. */
  private static final class Form {
    static final String RUN_NAME =
        "1 to 63 letters, digits, '-' or '_', starting with a letter or digit";
    static final String PATH = "the path of a folder";
    static final String COUNT = "a whole number from 1";
    static final String DURATION = "a time with its unit, such as 500ms, 90s, 10m, 2h or PT10M";
    static final String METRIC = "a metric and its goal, such as validation_loss:min";
    static final String BEST = "a number, a metric and its goal, such as 3:validation_loss:min";
    static final String BOOLEAN = "true or false";
    static final String BYTES = "a number of bytes, such as 512MiB, 2GiB or 1073741824";
  }
}
