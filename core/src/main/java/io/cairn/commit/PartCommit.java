// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.ByteSink;
import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.format.ManifestCodec;
import io.cairn.model.CheckpointException;
import io.cairn.model.CommitFailedException;
import io.cairn.model.CommitUnknownException;
import io.cairn.model.Reason;
import io.cairn.staging.StagedState;
import io.cairn.store.PendingFile;
import io.cairn.store.PublishUnknownException;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes a part exist: data first, manifest last, each durable before the next step. The only writer
 * of manifests. {@code docs/COMMIT.md} has the table of what a crash between the operations leaves.
 */
public final class PartCommit {
  private final Store store;
  private final int compressionThreads;

  /** Commits into a store; compresses on the caller's thread. */
  public PartCommit(Store store) {
    this(store, 1);
  }

  /** Commits into a store; compresses with several threads. */
  public PartCommit(Store store, int compressionThreads) {
    this.store = store;
    this.compressionThreads = compressionThreads;
  }

  /**
   * Writes a part.
   *
   * @return the manifest that makes it exist, durable
   * @throws CommitFailedException if the part does not exist and nothing of it is left
   * @throws CommitUnknownException if it may or may not exist after a crash
   */
  public Manifest commit(PartImage image) throws CheckpointException {
    return publish(image, write(image));
  }

  /**
   * Writes a part's data, the first half of a commit.
   *
   * @return the data file, durable; nothing refers to it yet
   * @throws CommitFailedException if nothing of it is left
   */
  public FileEntry write(PartImage image) throws CommitFailedException {
    String name = image.name().data(image.compression());
    try (PendingFile file = store.create(name)) {
      StagedState.Written written = writeState(image, new PendingSink(file));
      file.publish();
      return new FileEntry(name, written.bytes(), written.digest());
    } catch (PublishUnknownException e) {
      throw failed(image.name(), e, List.of(name));
    } catch (FileAlreadyExistsException e) {
      throw taken(image.name(), e, List.of());
    } catch (IOException | RuntimeException e) {
      throw failed(image.name(), e, List.of()); // a file of this name would be another's
    }
  }

  /**
   * Makes a part exist whose data was written, the second half of a commit.
   *
   * @return the manifest, durable
   * @throws CommitFailedException if the part does not exist and nothing of it is left
   * @throws CommitUnknownException if it may or may not exist after a crash
   */
  public Manifest publish(PartImage image, FileEntry data) throws CheckpointException {
    Manifest manifest;
    try {
      manifest = manifest(image, data);
    } catch (RuntimeException e) {
      throw failed(image.name(), e, List.of(data.name()));
    }
    publishManifest(image.name(), manifest);
    return manifest;
  }

  private StagedState.Written writeState(PartImage image, ByteSink sink) throws IOException {
    String part = image.name().stem();
    return image.plan().isEmpty()
        ? image.state().writeTo(part, sink)
        : image.state().writeCompressed(part, image.plan().get(), compressionThreads, sink);
  }

  private static Manifest manifest(PartImage image, FileEntry data) {
    PartName name = image.name();
    return new Manifest(
        name.run(),
        name.id(),
        image.progress(),
        name.part(),
        name.parts(),
        image.time(),
        image.resumedFrom(),
        new TreeMap<>(image.metrics()),
        image.fingerprint(),
        List.of(data));
  }

  private void publishManifest(PartName part, Manifest manifest) throws CheckpointException {
    String data = manifest.files().get(0).name();
    try (PendingFile file = store.create(part.manifest())) {
      file.write(ByteBuffer.wrap(ManifestCodec.encode(manifest)));
      file.publish();
    } catch (PublishUnknownException e) {
      throw new CommitUnknownException(
          "It is not known whether snapshot part '"
              + part
              + "' in "
              + store
              + " survives a crash; nothing was removed, and the next start will find out",
          e);
    } catch (FileAlreadyExistsException e) {
      throw taken(part, e, List.of(data));
    } catch (IOException | RuntimeException e) {
      throw failed(part, e, List.of(data));
    }
  }

  /** What is there is not ours: it stays. */
  private CommitFailedException taken(
      PartName part, FileAlreadyExistsException cause, List<String> published) {
    String why =
        "it is there already: another process writes attempt "
            + part.id().attempt()
            + " of rank "
            + part.part()
            + ", too. Give each worker its rank (checkpoint_rank, checkpoint_world_size), or each"
            + " training a run name of its own (checkpoint_run)";
    return failed(part, new FileAlreadyExistsException(cause.getFile(), null, why), published);
  }

  /** Removes what was published; what cannot be removed is said beside the cause. */
  private CommitFailedException failed(PartName part, Exception cause, List<String> published) {
    CommitFailedException failure =
        new CommitFailedException(
            "Could not save snapshot part '" + part + "' in " + store + ": " + Reason.of(cause),
            cause);
    for (String name : published) {
      try {
        store.delete(name);
      } catch (IOException | RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
    return failure;
  }
}
