// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.sagemaker.CheckpointSettings;
import io.cairn.store.Store;
import io.cairn.store.s3.S3Options;
import io.cairn.store.s3.S3Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Opens the prefix that settings name. Nothing of S3 is loaded if they name none. */
final class S3Mirror {
  private S3Mirror() {}

  static Optional<Store> open(String uri, CheckpointSettings told, List<String> problems) {
    try {
      return Optional.of(store(uri, told));
    } catch (IllegalArgumentException | IOException e) {
      problems.add("checkpoint_s3_uri: " + e.getMessage());
    } catch (NoClassDefFoundError e) {
      problems.add(
          "checkpoint_s3_uri "
              + uri
              + " needs the AWS SDK for Java, which is not on the class path: add"
              + " software.amazon.awssdk:s3 and software.amazon.awssdk:url-connection-client");
    }
    return Optional.empty();
  }

  private static Store store(String uri, CheckpointSettings told) throws IOException {
    S3Options.Builder options = S3Options.builder();
    told.s3KmsKey().ifPresent(options::encryptWithKmsKey);
    told.uploadBytesPerSecond().ifPresent(options::uploadBytesPerSecond);
    return S3Store.at(uri, options.build());
  }
}
