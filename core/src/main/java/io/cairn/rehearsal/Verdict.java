// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

/**
 * What a rehearsal proved.
 *
 * @param kind in a word
 * @param reason in a sentence
 */
public record Verdict(Kind kind, String reason) {

  /** What a rehearsal can prove. */
  public enum Kind {
    /**
     * It was interrupted, went on, and ended; its result, if compared, is the uninterrupted one.
     */
    SURVIVED,
    /** It wrote nothing that could be uploaded. */
    NEVER_SAVED,
    /** Whatever it saved, nothing to resume from had reached S3 at any interruption. */
    NOTHING_IN_S3,
    /** It began anew although there was something to resume from. */
    RESTARTED,
    /** It ended with a status other than 0. */
    FAILED,
    /** Its result is not that of an uninterrupted training. */
    DIFFERS,
    /** It did not end within the limits. */
    UNFINISHED,
    /** Nothing tells where it went on, or there is nothing to compare. */
    UNKNOWN,
    /** It ended before it could be interrupted. */
    NOT_INTERRUPTED
  }

  /**
   * Whether all is well.
   *
   * @return true if the training survived
   */
  public boolean isSurvived() {
    return kind == Kind.SURVIVED;
  }
}
