// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;

/**
 * The world of a command.
 *
 * @param out results
 * @param err progress and complaints
 * @param clock tells how old a snapshot is
 * @param environment the environment variables
 * @param interactive whether somebody watches: then lines of progress are overwritten
 */
record Console(
    PrintWriter out,
    PrintWriter err,
    Clock clock,
    Map<String, String> environment,
    boolean interactive) {}
