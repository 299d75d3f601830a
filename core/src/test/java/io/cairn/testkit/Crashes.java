// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.store.Disk;
import io.cairn.testkit.CrashDisk.Loss;
import io.cairn.testkit.CrashDisk.Operation;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Runs a scenario once to count its disk operations, then again and again, crashing before the
 * first, after each, and half way through each write. For every such point the check sees the disk
 * as left by a kill of the process and as left by power losses: all that are possible if these are
 * few, and some random ones. A failure names the point, the operation, and the line that repeats
 * it.
 *
 * <p>The scenario runs once per point and must do the same operations each time. What it must
 * remember across the crash (what was acknowledged) goes into a witness, made afresh for each run.
 */
public final class Crashes {
  private static final String ONLY_PROPERTY = "cairn.test.crash";
  private static final int POWER_LOSSES_TRIED = 256;
  private static final int RANDOM_POWER_LOSSES = 6;
  private static final int RANDOM_POWER_LOSSES_OF_MANY = 64;

  private Crashes() {}

  /** What crashes; a {@link CrashedException} may pass through it, wrapped or swallowed. */
  @FunctionalInterface
  public interface Scenario<T> {
    /** Works on the disk and notes in the witness what was acknowledged. */
    void run(Disk disk, T witness) throws Exception;
  }

  /** A scenario that has nothing to remember. */
  @FunctionalInterface
  public interface SimpleScenario {
    /** Works on the disk. */
    void run(Disk disk) throws Exception;
  }

  /** What must hold whatever was left. */
  @FunctionalInterface
  public interface Check<T> {
    /** Throws if it does not hold. */
    void check(Aftermath<T> aftermath) throws Exception;
  }

  /** A check that needs the disk only. */
  @FunctionalInterface
  public interface SimpleCheck {
    /** Throws if it does not hold. */
    void check(CrashDisk disk, int operation, String description) throws Exception;
  }

  /**
   * What was left.
   *
   * @param disk the disk as the next process finds it, free to be changed
   * @param operation how many operations were done, of the failed one its number
   * @param description what happened, in words
   * @param witness what the scenario noted
   * @param thrown what the scenario threw
   */
  public record Aftermath<T>(
      CrashDisk disk, int operation, String description, T witness, Optional<Exception> thrown) {}

  /** Crashes a scenario that starts on an empty disk. */
  public static void afterEachOperation(SimpleScenario scenario, SimpleCheck check)
      throws Exception {
    afterEachOperation(
        Map.of(),
        Object::new,
        (disk, witness) -> scenario.run(disk),
        after -> check.check(after.disk(), after.operation(), after.description()));
  }

  /** Crashes a scenario that starts on a disk where some files are durable. */
  public static <T> void afterEachOperation(
      Map<String, byte[]> before, Supplier<T> witness, Scenario<T> scenario, Check<T> check)
      throws Exception {
    new Runner<>(before, witness, scenario, check).crashEverywhere();
  }

  /**
   * Fails each operation in turn, without a crash: the scenario may end with an exception, the disk
   * goes on, and no file may be left open.
   */
  public static <T> void failingEachOperation(
      Map<String, byte[]> before, Supplier<T> witness, Scenario<T> scenario, Check<T> check)
      throws Exception {
    new Runner<>(before, witness, scenario, check).failEverywhere();
  }

  private record Runner<T>(
      Map<String, byte[]> before, Supplier<T> witness, Scenario<T> scenario, Check<T> check) {

    void crashEverywhere() throws Exception {
      CrashDisk counted = countOperations();
      for (int i = 0; i <= counted.operations(); i++) {
        crashAt(disk().crashAfter(i), new Point("" + i, i, "Crash after " + nameOf(i, counted)));
        if (i > 0 && counted.kinds().get(i - 1) == Operation.WRITE) {
          String description = "Crash half way through " + nameOf(i, counted);
          crashAt(disk().crashDuring(i), new Point(i + "-torn", i, description));
        }
      }
    }

    private static String nameOf(int operation, CrashDisk counted) {
      String what = operation == 0 ? "nothing done" : counted.journal().get(operation - 1);
      return "operation %d of %d (%s)".formatted(operation, counted.operations(), what);
    }

    private CrashDisk disk() {
      return CrashDisk.holding(before);
    }

    private CrashDisk countOperations() throws Exception {
      CrashDisk disk = disk();
      scenario.run(disk, witness.get());
      disk.assertNoOpenFiles();
      return disk;
    }

    private void crashAt(CrashDisk disk, Point point) throws Exception {
      T noted = witness.get();
      Optional<Exception> thrown = run(disk, noted);
      if (thrown.isPresent() && !disk.crashed()) {
        throw thrown.get();
      }
      disk.crash();
      Aftermaths<T> aftermaths = new Aftermaths<>(point, noted, thrown, check);
      aftermaths.check("kill", ", then a kill of the process", disk.restart());
      boolean all = everyPowerLoss(disk, aftermaths);
      for (int i = 0; i < (all ? RANDOM_POWER_LOSSES : RANDOM_POWER_LOSSES_OF_MANY); i++) {
        Random random = Repro.random("power loss " + point.id + " " + i);
        aftermaths.check("random-" + i, ", then a random power loss", disk.afterPowerLoss(random));
      }
    }

    /** False if there are too many to see each. */
    private static boolean everyPowerLoss(CrashDisk disk, Aftermaths<?> aftermaths)
        throws Exception {
      EveryChoice choices = new EveryChoice();
      for (int i = 0; i < POWER_LOSSES_TRIED; i++) {
        CrashDisk left = disk.afterPowerLoss(Loss.ANY_CHANGES, choices);
        aftermaths.check("loss-" + i, ", then a power loss, choices " + choices, left);
        if (!choices.advance()) {
          return true;
        }
      }
      return false;
    }

    private Optional<Exception> run(CrashDisk disk, T noted) {
      try {
        scenario.run(disk, noted);
        return Optional.empty();
      } catch (Exception e) {
        return Optional.of(e);
      }
    }

    void failEverywhere() throws Exception {
      CrashDisk counted = countOperations();
      for (int i = 1; i <= counted.operations(); i++) {
        CrashDisk disk = disk().failAt(i, new IOException("injected into operation " + i));
        T noted = witness.get();
        Optional<Exception> thrown = run(disk, noted);
        Point point = new Point("" + i, i, "Failure of " + nameOf(i, counted));
        Aftermaths<T> aftermaths = new Aftermaths<>(point, noted, thrown, check);
        aftermaths.check("failed", "", disk);
        disk.assertNoOpenFiles();
      }
    }
  }

  /** Where a crash happens. */
  private record Point(String id, int operation, String description) {}

  /** What is checked at one point. */
  private record Aftermaths<T>(Point point, T witness, Optional<Exception> thrown, Check<T> check) {

    void check(String id, String how, CrashDisk left) throws Exception {
      String fullId = point.id + "/" + id;
      if (!System.getProperty(ONLY_PROPERTY, fullId).equals(fullId)) {
        return;
      }
      String description = point.description + how;
      try {
        check.check(new Aftermath<>(left, point.operation, description, witness, thrown));
      } catch (Exception | AssertionError e) {
        throw new AssertionError(message(description, fullId, e), e);
      }
    }

    private static String message(String description, String fullId, Throwable e) {
      return "%s: %s%nthis one alone: -Dtest.seed=%d -D%s=%s"
          .formatted(description, e.getMessage(), Repro.seed(), ONLY_PROPERTY, fullId);
    }
  }
}
