// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the client that options describe. */
final class S3Clients {
  /** More than the SDK's 3: an upload has time, and a throttled prefix needs some. */
  private static final int TRIES = 6;

  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);

  private S3Clients() {}

  static S3Client client(S3Options options) throws IOException {
    if (options.client().isPresent()) {
      return options.client().get();
    }
    try {
      return build(options);
    } catch (SdkException e) {
      String why = S3Errors.clientAdvice(String.valueOf(e.getMessage()));
      throw new IOException("Could not make a client for S3: " + why, e);
    }
  }

  private static S3Client build(S3Options options) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(SOCKET_TIMEOUT))
            .overrideConfiguration(
                common -> {
                  common.retryStrategy(retries -> retries.maxAttempts(TRIES));
                  options.profile().ifPresent(common::defaultProfileName);
                })
            .serviceConfiguration(
                s3 -> {
                  s3.pathStyleAccessEnabled(options.pathStyle());
                  options.chunkedEncoding().ifPresent(s3::chunkedEncodingEnabled);
                });
    options.region().map(Region::of).ifPresent(builder::region);
    if (options.endpoint().isPresent()) {
      builder.endpointOverride(options.endpoint().get());
      if (options.region().isEmpty()) {
        builder.region(regionAtHand(options));
      }
    }
    options.requestChecksums().ifPresent(builder::requestChecksumCalculation);
    options.responseChecksums().ifPresent(builder::responseChecksumValidation);
    return builder.build();
  }

  /**
   * The region that the environment or the profile names: an endpoint may be one of AWS. If there
   * is none, any will do, as other servers have no regions, but the signature has.
   */
  private static Region regionAtHand(S3Options options) {
    AwsProfileRegionProvider profile =
        options
            .profile()
            .map(name -> new AwsProfileRegionProvider(ProfileFile::defaultProfileFile, name))
            .orElseGet(AwsProfileRegionProvider::new);
    try { // not the SDK's whole chain, which ends with a question to the machine, and a wait for it
      return new AwsRegionProviderChain(new SystemSettingsRegionProvider(), profile).getRegion();
    } catch (SdkClientException e) {
      return Region.US_EAST_1;
    }
  }
}
