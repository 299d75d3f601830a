// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

/** What is known of a file's way to a remote place. */
public enum UploadState {
  /** Nothing: not noticed yet, or nobody uploads, or nobody tells. */
  UNKNOWN,
  /** Under way: deleting it now races with the upload. */
  UPLOADING,
  /** There. */
  UPLOADED
}
