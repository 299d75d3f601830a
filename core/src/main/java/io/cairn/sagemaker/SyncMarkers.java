// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import io.cairn.store.UploadState;
import io.cairn.store.UploadTracker;
import java.util.Set;

/**
 * The files that SageMaker's sync agent puts beside the ones it uploads. They come and go at any
 * time, also while a folder is being listed; their content means nothing.
 */
public final class SyncMarkers implements UploadTracker {

  /** Ends the name of the marker beside a file that is being uploaded. */
  public static final String UPLOADING_SUFFIX = ".sagemaker-uploading";

  /** Ends the name of the marker beside a file that is uploaded. */
  public static final String UPLOADED_SUFFIX = ".sagemaker-uploaded";

  /** Ends the name of a file that the agent does not upload. */
  public static final String IGNORE_SUFFIX = ".sagemaker-ignore";

  /** Reads the markers of whatever listing it is given. */
  public SyncMarkers() {}

  /**
   * Whether a file is a marker.
   *
   * @param name the file's plain name
   * @return true if the agent made it
   */
  public static boolean isMarker(String name) {
    return name.endsWith(UPLOADING_SUFFIX) || name.endsWith(UPLOADED_SUFFIX);
  }

  /**
   * How far one file's upload is. A marker that came back from S3 with the files looks like one of
   * this attempt.
   *
   * @param name the file's plain name
   * @param allNames the names in its folder, markers included, from one listing
   * @return uploaded if that marker is there, else uploading if that one is, else unknown
   */
  @Override
  public UploadState stateOf(String name, Set<String> allNames) {
    if (allNames.contains(name + UPLOADED_SUFFIX)) {
      return UploadState.UPLOADED;
    }
    return allNames.contains(name + UPLOADING_SUFFIX) ? UploadState.UPLOADING : UploadState.UNKNOWN;
  }
}
