// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.SectionHeader;
import io.cairn.format.StoredPart;
import io.cairn.model.CheckpointException;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Collects where a state wants the tensors of a verified snapshot, and copies them once everything
 * is known to fit. Training thread only.
 */
public final class StateRestore implements StateSource {
  /** The most section names a message lists. */
  private static final int LISTED = 20;

  private final Map<String, SectionRestore> sections = new LinkedHashMap<>();
  private final Map<String, SectionRestore> asked = new LinkedHashMap<>();
  private final List<Runnable> actions = new ArrayList<>();
  private final Copiers copiers;

  /**
   * Collects nothing yet.
   *
   * @param copiers may write to tensors that bear it, the training's thread among them
   */
  public StateRestore(Copiers copiers) {
    this.copiers = copiers;
  }

  /** Adds what a part holds that is the same on all ranks. */
  public void addShared(StoredPart part, ByteSource source) {
    add(part, source, true);
  }

  /** Adds what a part holds that is its rank's own. */
  public void addOwn(StoredPart part, ByteSource source) {
    add(part, source, false);
  }

  private void add(StoredPart part, ByteSource source, boolean sameOnAllRanks) {
    TensorReader reader = new TensorReader(source, part, copiers);
    for (Map.Entry<String, SectionHeader> entry : part.header().sections().entrySet()) {
      if (entry.getValue().sameOnAllRanks() == sameOnAllRanks) {
        String name = entry.getKey();
        sections.put(name, new SectionRestore(name, entry.getValue(), reader));
      }
    }
  }

  @Override
  public boolean hasSection(String name) {
    return sections.containsKey(name);
  }

  @Override
  public SectionSource section(String name) throws IncompatibleSnapshotException {
    SectionRestore section = sections.get(name);
    if (section == null) {
      throw new IncompatibleSnapshotException(
          "The snapshot does not fit this training; nothing was changed",
          List.of(
              "section "
                  + name
                  + ": this training needs it, snapshot has only "
                  + listed(sections.keySet())));
    }
    asked.put(name, section);
    return section;
  }

  private static String listed(Collection<String> names) {
    return names.stream().limit(LISTED).collect(Collectors.joining(", "))
        + (names.size() > LISTED ? ", ..." : "");
  }

  @Override
  public void afterwards(Runnable action) {
    actions.add(action);
  }

  /** What does not fit, in the sections that were asked for. */
  public List<String> differences() {
    return asked.values().stream().flatMap(section -> section.differences().stream()).toList();
  }

  /**
   * Copies all tensors, then runs the actions.
   *
   * @throws CheckpointException if the files changed since they were verified
   */
  public void apply() throws CheckpointException {
    Map<TensorReader, List<SectionRestore.Target>> targets = new LinkedHashMap<>();
    for (SectionRestore section : asked.values()) {
      targets
          .computeIfAbsent(section.reader(), reader -> new ArrayList<>())
          .addAll(section.targets());
    }
    for (Map.Entry<TensorReader, List<SectionRestore.Target>> part : targets.entrySet()) {
      part.getKey().copy(part.getValue());
    }
    actions.forEach(Runnable::run);
  }
}
