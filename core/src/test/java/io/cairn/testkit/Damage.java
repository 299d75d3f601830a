// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every way to break one thing in a set of files as it was when this was made. The files should be
 * small: there are as many flips and truncations as bytes.
 */
public final class Damage {
  private final FileSet files;
  private final SortedMap<String, byte[]> intact;

  private Damage(FileSet files) throws IOException {
    this.files = files;
    this.intact = files.contents();
  }

  /** Damage of these files, which are changed while a mutation is applied. */
  public static Damage of(FileSet files) throws IOException {
    return new Damage(files);
  }

  /** One bit of each byte of each file, another one from byte to byte. */
  public Stream<Mutation> flips() {
    return perFile((name, bytes) -> IntStream.range(0, bytes.length).mapToObj(i -> flip(name, i)));
  }

  /** Each file cut at each length, from empty to one byte short. */
  public Stream<Mutation> truncations() {
    return perFile((name, bytes) -> IntStream.range(0, bytes.length).mapToObj(i -> cut(name, i)));
  }

  /** Each file with one byte more. */
  public Stream<Mutation> extensions() {
    return perFile((name, bytes) -> Stream.of(extend(name)));
  }

  /** Each file gone. */
  public Stream<Mutation> removals() {
    return intact.keySet().stream().map(name -> new Mutation("remove " + name, withNothing(name)));
  }

  /** Each two files of different bytes under each other's name. */
  public Stream<Mutation> swaps() {
    List<String> names = List.copyOf(intact.keySet());
    return names.stream()
        .flatMap(a -> names.stream().filter(b -> a.compareTo(b) < 0).map(b -> swap(a, b)))
        .filter(swap -> swap.changed.entrySet().stream().noneMatch(this::same));
  }

  /** All of them. */
  public Stream<Mutation> all() {
    return Stream.of(removals(), swaps(), extensions(), truncations(), flips())
        .flatMap(mutations -> mutations);
  }

  private Stream<Mutation> perFile(PerFile mutations) {
    return intact.entrySet().stream().flatMap(file -> mutations.of(file.getKey(), file.getValue()));
  }

  private Mutation flip(String name, int offset) {
    byte[] bytes = intact.get(name).clone();
    int bit = offset % 8;
    bytes[offset] ^= (byte) (1 << bit);
    return new Mutation(
        "flip bit " + bit + " of byte " + offset + " of " + name, Map.of(name, bytes));
  }

  private Mutation cut(String name, int length) {
    byte[] bytes = Arrays.copyOf(intact.get(name), length);
    return new Mutation("cut " + name + " to " + length + " bytes", Map.of(name, bytes));
  }

  private Mutation extend(String name) {
    byte[] bytes = intact.get(name);
    return new Mutation(
        "append a byte to " + name, Map.of(name, Arrays.copyOf(bytes, bytes.length + 1)));
  }

  private Mutation swap(String a, String b) {
    return new Mutation("swap " + a + " and " + b, Map.of(a, intact.get(b), b, intact.get(a)));
  }

  private boolean same(Map.Entry<String, byte[]> file) {
    return Arrays.equals(file.getValue(), intact.get(file.getKey()));
  }

  private static SortedMap<String, byte[]> withNothing(String name) {
    SortedMap<String, byte[]> nothing = new TreeMap<>();
    nothing.put(name, null);
    return nothing;
  }

  @FunctionalInterface
  private interface PerFile {
    Stream<Mutation> of(String name, byte[] bytes);
  }

  /** What is looked at while a mutation is applied. */
  @FunctionalInterface
  public interface Check {
    /** Looks. */
    void run() throws Exception;
  }

  /** One way to break the files. */
  public final class Mutation {
    private final String description;
    private final Map<String, byte[]> changed;

    private Mutation(String description, Map<String, byte[]> changed) {
      this.description = description;
      this.changed = changed;
    }

    /** What is broken, in words. */
    public String description() {
      return description;
    }

    /** The names of the files that are broken. */
    public List<String> names() {
      return List.copyOf(changed.keySet());
    }

    /** Breaks the files. */
    public void apply() throws IOException {
      for (Map.Entry<String, byte[]> file : changed.entrySet()) {
        if (file.getValue() == null) {
          files.delete(file.getKey());
        } else {
          files.write(file.getKey(), file.getValue());
        }
      }
    }

    /** Makes the files what they were. */
    public void undo() throws IOException {
      for (String name : changed.keySet()) {
        files.write(name, intact.get(name));
      }
    }

    /** Breaks the files, checks, repairs them; a failure is named after the mutation. */
    public void during(Check check) {
      try {
        apply();
        try {
          check.run();
        } finally {
          undo();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(description + ": " + e.getMessage(), e);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(description + ": " + e.getMessage(), e);
      }
    }

    @Override
    public String toString() {
      return description;
    }
  }
}
