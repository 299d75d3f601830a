// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of objects of the user's own that are {@link Checkpointed}, each in its own section.
 */
public final class CheckpointedSections implements StateSection {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointedSections.class);
  private static final String OWN = "own.";

  private final Map<String, Checkpointed> sections = new LinkedHashMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Starts with none. */
  public CheckpointedSections() {}

  /**
   * Takes an object's state into the snapshots, if it is {@link Checkpointed}; once, if it is added
   * again.
   *
   * @param candidate any object
   * @throws IllegalArgumentException if its name has another form than a section's
   */
  public void add(Object candidate) {
    if (candidate instanceof Checkpointed own && seen.add(candidate)) {
      String name = OWN + checkedName(own);
      String unique = name;
      for (int i = 2; sections.containsKey(unique); i++) {
        unique = name + "." + i;
      }
      sections.put(unique, own);
    }
  }

  private static String checkedName(Checkpointed own) {
    String name = own.checkpointName();
    if (!name.matches("[A-Za-z0-9._-]{1,48}")) {
      throw new IllegalArgumentException(
          own.getClass().getName()
              + ".checkpointName() must be 1 to 48 letters, digits, '-', '_' or '.', but is '"
              + name
              + "'. Override it; classes without a name have an empty one.");
    }
    return name;
  }

  @Override
  public void capture(StateSink sink) {
    sections.forEach((name, own) -> own.capture(sink.section(name)));
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    for (Map.Entry<String, Checkpointed> each : sections.entrySet()) {
      if (source.hasSection(each.getKey())) {
        each.getValue().restore(source.section(each.getKey()), source::afterwards);
      } else {
        LOG.warn(
            "{} starts afresh: the snapshot was taken without it",
            each.getValue().getClass().getName());
      }
    }
  }
}
