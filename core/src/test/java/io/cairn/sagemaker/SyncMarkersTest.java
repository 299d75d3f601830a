// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.store.LocalStore;
import io.cairn.store.UploadState;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyncMarkersTest {
  private final SyncMarkers markers = new SyncMarkers();

  @Test
  void onlyTheAgentsFilesAreMarkers() {
    assertThat(SyncMarkers.isMarker("a.json.sagemaker-uploading")).isTrue();
    assertThat(SyncMarkers.isMarker("a.json.sagemaker-uploaded")).isTrue();
    assertThat(SyncMarkers.isMarker("a.json.sagemaker-uploaded.bak")).isFalse();
    assertThat(SyncMarkers.isMarker("a.json.sagemaker-ignore")).isFalse();
    assertThat(SyncMarkers.isMarker("a.json")).isFalse();
  }

  @Test
  void withoutMarkersNothingIsKnown() {
    assertThat(markers.stateOf("a", Set.of("a"))).isEqualTo(UploadState.UNKNOWN);
  }

  @Test
  void anotherFilesMarkersSayNothing() {
    assertThat(markers.stateOf("a", Set.of("a", "aa", "aa.sagemaker-uploaded")))
        .isEqualTo(UploadState.UNKNOWN);
  }

  @Test
  void theUploadingMarkerAloneMeansUploading() {
    assertThat(markers.stateOf("a", Set.of("a", "a.sagemaker-uploading")))
        .isEqualTo(UploadState.UPLOADING);
  }

  @Test
  void theUploadedMarkerMeansUploadedAlsoBesideTheOther() {
    assertThat(markers.stateOf("a", Set.of("a", "a.sagemaker-uploaded")))
        .isEqualTo(UploadState.UPLOADED);
    assertThat(markers.stateOf("a", Set.of("a", "a.sagemaker-uploading", "a.sagemaker-uploaded")))
        .isEqualTo(UploadState.UPLOADED);
  }

  @Test
  void unpublishedFilesOfALocalStoreAreIgnoredByTheAgent() {
    assertThat(LocalStore.TEMPORARY_SUFFIX).isEqualTo(SyncMarkers.IGNORE_SUFFIX);
  }
}
