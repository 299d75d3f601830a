// SPDX-License-Identifier: Apache-2.0
/** Commands over stores, each a class; {@code docs/CLI.md} shows them. Not for import. */
package io.cairn.cli;
