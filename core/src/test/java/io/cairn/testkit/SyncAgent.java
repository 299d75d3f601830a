// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A model of the agent that copies a SageMaker checkpoint folder to S3: one file at a time, in any
 * order, at any delay, perhaps twice. The test owns the order: it asks for the {@link
 * #pendingActions} and {@linkplain #perform performs} one, with {@link Choices} at random or all
 * ways there are. While a file is uploaded, {@code X.sagemaker-uploading} lies beside it; then
 * {@code X.sagemaker-uploaded} does. Names ending in {@code .sagemaker-ignore} are skipped. A whole
 * object appears in the bucket, with the bytes the file had when its upload started, or none.
 */
public final class SyncAgent {
  /** Ends the name of a file that is not uploaded. */
  public static final String IGNORE = ".sagemaker-ignore";

  /** Ends the name of the marker beside a file whose upload has started. */
  public static final String UPLOADING = ".sagemaker-uploading";

  /** Ends the name of the marker beside a file that was uploaded. */
  public static final String UPLOADED = ".sagemaker-uploaded";

  private final FileSet folder;
  private final Set<Habit> habits;
  private final SortedMap<String, byte[]> bucket = new TreeMap<>();
  private final Map<String, byte[]> uploading = new HashMap<>();
  private final Map<String, byte[]> uploaded = new HashMap<>();
  private final Set<String> repeated = new HashSet<>();

  /** What an agent may do beyond uploading each file once. */
  public enum Habit {
    /** Deletes from the bucket what is gone from the folder. */
    DELETES,
    /** Uploads a file once more. */
    REPEATS,
    /** Removes the uploading marker when the upload ends; others leave it there. */
    TIDIES
  }

  /** The kinds of action. */
  public enum Kind {
    /** Sees a file and starts to upload it. */
    START,
    /** The upload is complete and the object is in the bucket. */
    FINISH,
    /** The file went away during its upload, which is given up. */
    CANCEL,
    /** The file is gone, and the object with it. */
    DELETE
  }

  /**
   * Something the agent may do next.
   *
   * @param kind what
   * @param name with which file
   */
  public record Action(Kind kind, String name) {}

  /** An agent that has uploaded nothing yet. */
  public SyncAgent(FileSet folder, Habit... habits) {
    this(folder, Set.of(habits));
  }

  private SyncAgent(FileSet folder, Set<Habit> habits) {
    this.folder = folder;
    this.habits = habits;
  }

  /** This agent with all it knows, on the folder as it is after the training process died. */
  public SyncAgent movedTo(FileSet other) {
    SyncAgent moved = new SyncAgent(other, habits);
    moved.bucket.putAll(bucket);
    moved.uploading.putAll(uploading);
    moved.uploaded.putAll(uploaded);
    moved.repeated.addAll(repeated);
    return moved;
  }

  /** The objects in S3 now: what a machine that starts now finds in its folder. */
  public SortedMap<String, byte[]> bucket() {
    SortedMap<String, byte[]> copy = new TreeMap<>();
    bucket.forEach((name, bytes) -> copy.put(name, bytes.clone()));
    return copy;
  }

  /** All that may happen next; nothing if all is uploaded. */
  public List<Action> pendingActions() throws IOException {
    SortedMap<String, byte[]> files = sources();
    List<Action> actions = new ArrayList<>();
    files.forEach((name, bytes) -> addUpload(name, bytes, actions));
    for (String name : new TreeMap<>(uploading).keySet()) {
      actions.add(new Action(Kind.FINISH, name));
      if (!files.containsKey(name)) {
        actions.add(new Action(Kind.CANCEL, name));
      }
    }
    if (habits.contains(Habit.DELETES)) {
      bucket.keySet().stream()
          .filter(name -> !files.containsKey(name) && !uploading.containsKey(name))
          .forEach(name -> actions.add(new Action(Kind.DELETE, name)));
    }
    return actions;
  }

  private void addUpload(String name, byte[] bytes, List<Action> actions) {
    if (uploading.containsKey(name)) {
      return;
    }
    boolean fresh = !Arrays.equals(bytes, uploaded.get(name));
    boolean again = habits.contains(Habit.REPEATS) && !repeated.contains(name);
    if (fresh || again) {
      actions.add(new Action(Kind.START, name));
    }
  }

  private SortedMap<String, byte[]> sources() throws IOException {
    SortedMap<String, byte[]> files = folder.contents();
    files.keySet().removeIf(SyncAgent::isOwnOrIgnored);
    return files;
  }

  private static boolean isOwnOrIgnored(String name) {
    return name.endsWith(IGNORE) || name.endsWith(UPLOADING) || name.endsWith(UPLOADED);
  }

  /** Does one of the {@link #pendingActions}. */
  public void perform(Action action) throws IOException {
    if (!pendingActions().contains(action)) {
      throw new IllegalStateException("Not pending: " + action);
    }
    String name = action.name();
    switch (action.kind()) {
      case START -> start(name);
      case FINISH -> finish(name);
      case CANCEL -> {
        uploading.remove(name);
        folder.delete(name + UPLOADING);
      }
      case DELETE -> {
        bucket.remove(name);
        uploaded.remove(name);
      }
    }
  }

  private void start(String name) throws IOException {
    byte[] bytes;
    try {
      bytes = folder.read(name);
    } catch (NoSuchFileException e) {
      return;
    }
    if (Arrays.equals(bytes, uploaded.get(name))) {
      repeated.add(name);
    }
    uploading.put(name, bytes);
    folder.delete(name + UPLOADED);
    folder.write(name + UPLOADING, new byte[0]);
  }

  private void finish(String name) throws IOException {
    byte[] bytes = uploading.remove(name);
    bucket.put(name, bytes);
    uploaded.put(name, bytes);
    folder.write(name + UPLOADED, new byte[0]);
    if (habits.contains(Habit.TIDIES)) {
      folder.delete(name + UPLOADING);
    }
  }

  /** Performs whatever is chosen until nothing is pending. */
  public void performAll(Choices choices) throws IOException {
    for (List<Action> next = pendingActions(); !next.isEmpty(); next = pendingActions()) {
      perform(choices.pick(next));
    }
  }

  /** Uploads one file from start to finish. */
  public void upload(String name) throws IOException {
    perform(new Action(Kind.START, name));
    perform(new Action(Kind.FINISH, name));
  }

  /** What is looked at in every state. */
  @FunctionalInterface
  public interface Check {
    /** Looks at the bucket; the agent may be asked, not made to act. */
    void check(SortedMap<String, byte[]> bucket, List<Action> history) throws Exception;
  }

  /**
   * Visits every state that this agent can reach while nobody else changes the folder, each once,
   * on a copy of the folder. For a scenario in which the training goes on meanwhile, use {@link
   * Choices#every}.
   *
   * @return how many states there were
   */
  public int everyState(Check check) throws Exception {
    Set<String> seen = new HashSet<>();
    movedTo(FileSet.of(folder.contents())).visit(new ArrayList<>(), seen, check);
    return seen.size();
  }

  private void visit(List<Action> history, Set<String> seen, Check check) throws Exception {
    if (!seen.add(fingerprint())) {
      return;
    }
    look(history, check);
    for (Action action : pendingActions()) {
      SyncAgent next = movedTo(FileSet.of(folder.contents()));
      next.perform(action);
      history.add(action);
      next.visit(history, seen, check);
      history.remove(history.size() - 1);
    }
  }

  private void look(List<Action> history, Check check) throws Exception {
    try {
      check.check(bucket(), List.copyOf(history));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("After " + history + ": " + e.getMessage(), e);
    }
  }

  private String fingerprint() throws IOException {
    return String.join(
        "|",
        hashes(folder.contents()),
        hashes(bucket),
        hashes(uploading),
        new TreeSet<>(repeated).toString());
  }

  private static String hashes(Map<String, byte[]> files) {
    Map<String, Integer> hashes = new TreeMap<>();
    files.forEach((name, bytes) -> hashes.put(name, Arrays.hashCode(bytes)));
    return hashes.toString();
  }
}
