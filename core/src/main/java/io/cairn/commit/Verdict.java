// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Refusal;

/** What checking a candidate found. */
sealed interface Verdict {
  /** Complete, and every digest is right. */
  record Valid(VerifiedSnapshot snapshot) implements Verdict {}

  /** Not to be used. */
  record Refused(Refusal refusal) implements Verdict {}
}
