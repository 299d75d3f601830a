// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.model.Rank;
import io.cairn.model.SectionSink;
import io.cairn.model.Sharing;
import io.cairn.model.StateSink;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Collects what a state names, then copies it in one go. Only sections this rank saves are kept:
 * its own, and for rank 0 those that are the same on all. Training thread only.
 */
public final class StateCapture implements StateSink {
  private final Rank rank;
  private final Sharing sharing;
  private final LastLayout last;
  private final SortedMap<String, SectionCapture> sections = new TreeMap<>();

  /** Starts a capture that knows nothing of an earlier one. */
  public StateCapture(Rank rank, Sharing sharing) {
    this(rank, sharing, new LastLayout());
  }

  /** Starts a capture. */
  public StateCapture(Rank rank, Sharing sharing, LastLayout last) {
    this.rank = rank;
    this.sharing = sharing;
    this.last = last;
  }

  @Override
  public SectionSink section(String name) {
    return add(name, true);
  }

  @Override
  public SectionSink ownSection(String name) {
    if (sharing == Sharing.SAME_ON_ALL_RANKS && rank.worldSize() > 1) {
      throw new IllegalStateException(
          "Section '"
              + name
              + "' is this rank's own, but the state's sharing() said SAME_ON_ALL_RANKS; let it"
              + " return OWN_SECTIONS");
    }
    return add(name, false);
  }

  private SectionSink add(String name, boolean sameOnAllRanks) {
    SectionCapture section = new SectionCapture(name, sameOnAllRanks, last.get().section(name));
    if (sections.put(name, section) != null) {
      throw new IllegalArgumentException("Section '" + name + "' is captured twice");
    }
    return section;
  }

  /** Copies everything that was named into a buffer, on this thread alone. */
  public StagedState copyInto(StagingBuffer buffer) throws IOException {
    return copyInto(buffer, new Copiers(1));
  }

  /**
   * Copies everything that was named into a buffer. When this returns, training may go on.
   *
   * @param copiers will copy it, this one among them
   * @throws StagingException if the buffer cannot hold it
   */
  public StagedState copyInto(StagingBuffer buffer, Copiers copiers) throws IOException {
    if (!rank.isLeader()) {
      sections.values().removeIf(SectionCapture::sameOnAllRanks);
    }
    StateLayout layout = last.get().fitted(sections);
    last.set(layout);
    return StagedState.copy(sections, layout, buffer, copiers);
  }
}
