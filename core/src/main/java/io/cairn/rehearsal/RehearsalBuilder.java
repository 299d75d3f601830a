// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Describes a rehearsal; what is wrong is said by the setter. Used by one thread. */
public final class RehearsalBuilder {
  private static final Duration GRACE = Duration.ofMinutes(2);
  private static final Duration LIMIT = Duration.ofHours(1);

  /** What happens to a training for which nobody says it. */
  public static final Interruption USUAL_INTERRUPTION = Interruption.kill(When.atSnapshots(2));

  private final List<String> command;
  private final SortedMap<String, String> hyperparameters = new TreeMap<>();
  private final SortedMap<String, String> environment = new TreeMap<>();
  private final SortedMap<String, Path> channels = new TreeMap<>();
  private final List<Interruption> interruptions = new ArrayList<>();
  private List<Integer> hosts = List.of(1);
  private Optional<Path> folder = Optional.empty();
  private Optional<Path> workingFolder = Optional.empty();
  private Optional<Pattern> stepLine = Optional.empty();
  private Optional<Pattern> resultLine = Optional.empty();
  private Optional<Path> neighbours = Optional.empty();
  private Optional<Bucket> bucket = Optional.empty();
  private Consumer<AttemptReport> listener = attempt -> {};
  private Duration grace = GRACE;
  private Duration limit = LIMIT;
  private SyncHabits sync = SyncHabits.USUAL;
  private long seed = System.nanoTime();
  private boolean toolkit;
  private boolean compare;

  RehearsalBuilder(List<String> command) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("A rehearsal needs a command: a program and arguments");
    }
    this.command = List.copyOf(command);
  }

  /**
   * Where everything happens. If not set, a new temporary folder, which stays.
   *
   * @param place a folder that is empty or not there
   * @return this
   */
  public RehearsalBuilder folder(Path place) {
    folder = Optional.of(place.toAbsolutePath().normalize());
    return this;
  }

  /**
   * Where the command runs, as {@code WORKDIR} in a Dockerfile. If not set, this process's working
   * folder.
   *
   * @param place a folder
   * @return this
   * @throws IllegalArgumentException if it is no folder
   */
  public RehearsalBuilder workingFolder(Path place) {
    workingFolder = Optional.of(requireFolder("working folder", place));
    return this;
  }

  /**
   * Sets a hyperparameter.
   *
   * @param name its name
   * @param value its value, as a text, as in SageMaker
   * @return this
   */
  public RehearsalBuilder hyperparameter(String name, String value) {
    hyperparameters.put(name, value);
    return this;
  }

  /**
   * Sets an environment variable, on top of those of this process.
   *
   * @param name its name
   * @param value its value; {@code {base}} stands for the host's base folder
   * @return this
   */
  public RehearsalBuilder environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /**
   * Gives the training a channel of input data: a link in {@code input/data}.
   *
   * @param name the channel's name
   * @param data a folder
   * @return this
   * @throws IllegalArgumentException if it is no folder
   */
  public RehearsalBuilder channel(String name, Path data) {
    channels.put(name, requireFolder("channel " + name, data));
    return this;
  }

  private static Path requireFolder(String what, Path path) {
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException("The " + what + " is to be a folder, but is " + path);
    }
    return path.toAbsolutePath().normalize();
  }

  /**
   * Sets the variables {@code SM_*} that a container has only if SageMaker's Python training
   * toolkit starts the script in it.
   *
   * @return this
   */
  public RehearsalBuilder toolkitVariables() {
    toolkit = true;
    return this;
  }

  /**
   * How many hosts the job has in every attempt.
   *
   * @param number 1 or more
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public RehearsalBuilder hosts(int number) {
    return hosts(List.of(number));
  }

  /**
   * How many hosts the job has in each attempt; the last number holds for all further ones.
   *
   * @param numbers 1 or more each
   * @return this
   * @throws IllegalArgumentException if there is none, or one is less than 1
   */
  public RehearsalBuilder hosts(List<Integer> numbers) {
    if (numbers.isEmpty() || Collections.min(numbers) < 1) {
      throw new IllegalArgumentException("A job has 1 host or more, not " + numbers);
    }
    hosts = List.copyOf(numbers);
    return this;
  }

  /**
   * Adds an interruption of the next attempt that has none. If none is set, there is one: SIGKILL
   * once two snapshots of Cairn are whole in S3.
   *
   * @param interruption how and when
   * @return this
   */
  public RehearsalBuilder interrupt(Interruption interruption) {
    return interrupt(interruption, 1);
  }

  /**
   * Adds the same interruption for several attempts.
   *
   * @param interruption how and when
   * @param times how many attempts, at least 1
   * @return this
   * @throws IllegalArgumentException if it is less
   */
  public RehearsalBuilder interrupt(Interruption interruption, int times) {
    if (times < 1) {
      throw new IllegalArgumentException("times needs at least 1, but is " + times);
    }
    interruptions.addAll(Collections.nCopies(times, interruption));
    return this;
  }

  /**
   * The time from SIGTERM to SIGKILL; 120 s if not set, as when a job is stopped.
   *
   * @param time the time
   * @return this
   */
  public RehearsalBuilder grace(Duration time) {
    grace = positive("grace", time);
    return this;
  }

  /**
   * How long an attempt may take; an hour if not set.
   *
   * @param time the time
   * @return this
   */
  public RehearsalBuilder limit(Duration time) {
    limit = positive("limit", time);
    return this;
  }

  private static Duration positive(String name, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("The " + name + " is to be positive, but is " + time);
    }
    return Times.countable("The " + name, time);
  }

  /**
   * How the sync agent behaves; {@link SyncHabits#USUAL} if not set.
   *
   * @param habits its habits
   * @return this
   */
  public RehearsalBuilder sync(SyncHabits habits) {
    sync = habits;
    return this;
  }

  /**
   * Restores as SageMaker does from an S3 URI without its closing slash: what another job uploaded
   * below a URI that begins with this one comes, too.
   *
   * @param files the other job's files
   * @return this
   * @throws IllegalArgumentException if it is no folder
   */
  public RehearsalBuilder neighbours(Path files) {
    neighbours = Optional.of(requireFolder("neighbour's files", files));
    return this;
  }

  /**
   * What stands for S3; a folder if not set.
   *
   * @param place an empty bucket
   * @return this
   */
  public RehearsalBuilder bucket(Bucket place) {
    bucket = Optional.of(place);
    return this;
  }

  /**
   * Which lines of the training tell its steps; needed where it saves by other means than Cairn.
   *
   * @param expression a regular expression, whose first group is how many steps are finished
   * @return this
   * @throws IllegalArgumentException if it has no group
   */
  public RehearsalBuilder stepLine(String expression) {
    Pattern pattern = Pattern.compile(expression);
    if (pattern.matcher("").groupCount() < 1) {
      throw new IllegalArgumentException(
          "The expression of step lines needs a group for the number, as in 'step (\\d+)', but is '"
              + expression
              + "'");
    }
    stepLine = Optional.of(pattern);
    return this;
  }

  /**
   * Runs the training uninterrupted, too, and compares the newest snapshots and the files in the
   * model folder, bit by bit. Left out is the snapshots' section {@code metrics}, where frameworks
   * keep what they measured, times among it.
   *
   * @return this
   */
  public RehearsalBuilder compare() {
    compare = true;
    return this;
  }

  /**
   * The same as {@link #compare}, and compares a line of the output: on each host the last one in
   * which the expression is found, and of it what the expression finds.
   *
   * @param expression a regular expression
   * @return this
   */
  public RehearsalBuilder compareLine(String expression) {
    resultLine = Optional.of(Pattern.compile(expression));
    return compare();
  }

  /**
   * The seed of everything random: moments and the agent's order and delays.
   *
   * @param number the seed
   * @return this
   */
  public RehearsalBuilder seed(long number) {
    seed = number;
    return this;
  }

  /**
   * Is told each attempt when it has ended.
   *
   * @param attempts the listener
   * @return this
   */
  public RehearsalBuilder listener(Consumer<AttemptReport> attempts) {
    listener = attempts;
    return this;
  }

  /**
   * Runs it. All processes it starts have ended when it returns or throws, or when this process is
   * asked to end.
   *
   * @return what happened
   * @throws IOException if a file cannot be read or written, or the command cannot be started
   * @throws InterruptedException if the thread is interrupted
   */
  public RehearsalReport run() throws IOException, InterruptedException {
    Path where = folder.isPresent() ? folder.get() : Files.createTempDirectory("rehearsal");
    requireEmpty(where);
    Job job =
        new Job(
            command,
            workingFolder,
            hyperparameters,
            environment,
            channels,
            toolkit,
            stepLine,
            resultLine);
    List<Interruption> planned =
        interruptions.isEmpty() ? List.of(USUAL_INTERRUPTION) : List.copyOf(interruptions);
    Conditions conditions = new Conditions(hosts, planned, grace, limit, sync, neighbours, seed);
    Workplace place = new Workplace(where, bucket.orElseGet(() -> Bucket.in(where.resolve("s3"))));
    requireEmpty(place.bucket());
    if (neighbours.isPresent()) {
      place.addNeighbours(neighbours.get());
    }
    return new Rehearser(job, conditions, place, listener).run(compare);
  }

  private static void requireEmpty(Bucket bucket) throws IOException {
    int objects = bucket.list("").size();
    if (objects > 0) {
      throw new IOException(
          "A rehearsal needs an empty bucket, but there are "
              + Texts.count(objects, "object")
              + " in "
              + bucket
              + "; choose another prefix, or delete them");
    }
  }

  private static void requireEmpty(Path where) throws IOException {
    Files.createDirectories(where);
    try (Stream<Path> entries = Files.list(where)) {
      if (entries.findAny().isPresent()) {
        throw new IOException(
            "A rehearsal needs an empty folder, but there are files or folders in "
                + where
                + "; choose another, or delete them");
      }
    }
  }
}
