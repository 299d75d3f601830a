// SPDX-License-Identifier: Apache-2.0
/** Meters for Micrometer, an optional dependency: nothing else in Cairn loads it. */
package io.cairn.micrometer;
