// SPDX-License-Identifier: Apache-2.0
/**
 * Snapshots in S3. The only package that imports the AWS SDK for Java, which is an optional
 * dependency: whoever uses it adds {@code software.amazon.awssdk:s3} and {@code
 * url-connection-client}. {@code docs/S3.md} has the setup and the permissions.
 */
package io.cairn.store.s3;
