// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The folders of one training: those of its hosts, made anew for each attempt at the same paths,
 * its logs, and what stands for S3.
 *
 * @param folder above all of them
 * @param bucket stands for S3
 */
record Workplace(Path folder, Bucket bucket) {
  /** The S3 URI that a user gave, without its closing slash. */
  private static final String URI = "rehearsal";

  /** What the keys of all that is uploaded begin with. */
  static final String PREFIX = URI + "/";

  static Workplace in(Path folder) {
    return new Workplace(folder, Bucket.in(folder.resolve("s3")));
  }

  Path log(int attempt, String host) throws IOException {
    return Files.createDirectories(folder.resolve("logs"))
        .resolve("attempt-" + attempt + "-" + host + ".log");
  }

  /** New machines: nothing of the ones before is left. */
  List<HostFolder> newHosts(int count, Job job) throws IOException {
    FolderScan.deleteAll(folder.resolve("hosts"));
    TreeSet<String> names = new TreeSet<>();
    for (int i = 1; i <= count; i++) {
      names.add("algo-" + i);
    }
    List<HostFolder> hosts = new ArrayList<>();
    for (String name : names) {
      Path base = folder.resolve("hosts").resolve(name);
      HostFolder host = new HostFolder(base, name, List.copyOf(names));
      host.create(job.hyperparameters(), job.channels());
      hosts.add(host);
    }
    return hosts;
  }

  /**
   * Fills a checkpoint folder from S3, as it is done once before a container starts.
   *
   * @param overMatch whether all keys are taken that begin with the URI, as S3 understands it, and
   *     not only those in its folder
   * @return how many files were restored
   */
  int restore(Path checkpoints, boolean overMatch) throws IOException {
    int count = 0;
    for (String key : bucket.list(overMatch ? URI : PREFIX).keySet()) {
      String name = key.substring(URI.length());
      Path file = checkpoints.resolve(name.replaceFirst("^/", "")).normalize();
      if (file.startsWith(checkpoints) && !Files.exists(file)) {
        Files.createDirectories(file.getParent());
        bucket.get(key, file);
        count++;
      }
    }
    return count;
  }

  /** Uploads a folder as another job did whose URI begins with this one's. */
  void addNeighbours(Path neighbours) throws IOException {
    for (FolderScan.Found file : FolderScan.of(neighbours)) {
      bucket.put(URI + "-2/" + file.name(), neighbours.resolve(file.name()));
    }
  }

  /** All files for S3 that the hosts have in their folders, in one: whether uploaded or not. */
  Path gathered(List<HostFolder> hosts) throws IOException {
    Path all = folder.resolve("checkpoints");
    FolderScan.deleteAll(all);
    Files.createDirectories(all);
    for (HostFolder host : hosts) {
      for (FolderScan.Found file : FolderScan.of(host.checkpoints())) {
        if (UploadAgent.isUploadable(file.name())) {
          copy(host.checkpoints().resolve(file.name()), all.resolve(file.name()));
        }
      }
    }
    return all;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      // It was deleted meanwhile.
    }
  }
}
