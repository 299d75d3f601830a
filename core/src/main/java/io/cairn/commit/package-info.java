// SPDX-License-Identifier: Apache-2.0
/**
 * The protocol: the names of files, the commit of a part, the catalog of what a store holds, and
 * the sweep. {@code docs/COMMIT.md} explains it. Not for import by users.
 */
package io.cairn.commit;
